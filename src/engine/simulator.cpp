#include "engine/simulator.hpp"

#include "engine/run_again.hpp"
#include "kernels/launch.hpp"

#include <limits>
#include <map>
#include <utility>

namespace kohort::engine {

Simulator::Simulator(const Kernel& kernel, const Treatment& treatment, SimulatorOptions options, const Kernel* mixed)
    : kernel_(kernel), treatment_(treatment), options_(std::move(options)), mixed_(mixed) {
    const std::vector<double>& tolerance = options_.absolute_tolerance;
    KOHORT_CHECK(tolerance.empty() || tolerance.size() == kernel.program().model.states.size());
    options_.integrate.state_atol = tolerance.empty() ? nullptr : tolerance.data();
}

void Simulator::prepare(std::span<const cohort::Person> people) {
    const auto& program = kernel_.program();
    const std::size_t n_twins = people.size();
    people_.assign(people.begin(), people.end());
    parameter_ = array("parameter", program.model.parameters.size(), n_twins);
    input_ = array("input", program.model.inputs.size(), n_twins);
    std::vector<double> parameter(parameter_.extent(0));
    std::vector<double> input(input_.extent(0));
    for (std::size_t twin = 0; twin < n_twins; ++twin) {
        parameter = kernel_.default_parameters();
        input = kernel_.default_inputs();
        treatment_.personalise(people_[twin], parameter, input);
        for (std::size_t row = 0; row < parameter.size(); ++row) parameter_(row, twin) = parameter[row];
        for (std::size_t row = 0; row < input.size(); ++row) input_(row, twin) = input[row];
    }
    prepared_.assign(n_twins, TwinStatus::ok);
    start_ = Array2();
    if (options_.prepare_steady_state) settle();
}

void Simulator::settle() {
    const std::size_t n_twins = people_.size();
    start_ = array("start", kernel_.program().model.states.size(), n_twins);
    held_ = array("held input", input_.extent(0), n_twins);
    Kokkos::deep_copy(held_, input_);
    for (const HeldInput& hold : options_.holding)
        for (std::size_t twin = 0; twin < n_twins; ++twin) held_(hold.input, twin) = hold.value;
    kernels::IntegrateOptions options = options_.integrate;
    options.to_steady_state = true;
    options.max_step = 0.0;  // what comes again and again has no steady state
    options.steady_time = options_.steady_time;
    options.steady_tolerance = options_.steady_tolerance;
    kernels::Batch batch;
    batch.n_twins = static_cast<std::int64_t>(n_twins);
    batch.t_begin = treatment_.t_begin() - options_.steady_limit;
    batch.t_end = treatment_.t_begin();
    batch.parameter = parameter_.data();
    batch.input = held_.data();
    batch.final_state = start_.data();
    batch.status = prepared_.data();
    kernels::integrate(Kokkos::DefaultHostExecutionSpace(), kernel_.api(), batch, options);
    const auto& program = kernel_.program();
    for (std::size_t row = start_.extent(0) - program.n_integrals; row < start_.extent(0); ++row)
        for (std::size_t twin = 0; twin < n_twins; ++twin) start_(row, twin) = 0.0;  // areas begin with the study
}

PreparedTwin Simulator::prepared(std::size_t twin) const {
    KOHORT_CHECK(options_.prepare_steady_state && twin < people_.size());
    const auto column = [twin](const Array2& rows) {
        std::vector<double> values(rows.extent(0));
        for (std::size_t row = 0; row < values.size(); ++row) values[row] = rows(row, twin);
        return values;
    };
    return {prepared_[twin], column(start_), column(parameter_), column(held_)};
}

/// The model's own initial values, from an integration over no time at all.
void Simulator::find_own_start() {
    start_ = array("start", kernel_.program().model.states.size(), people_.size());
    std::vector<TwinStatus> status(people_.size(), TwinStatus::not_run);
    kernels::Batch batch;
    batch.n_twins = static_cast<std::int64_t>(people_.size());
    batch.t_begin = treatment_.t_begin();
    batch.t_end = treatment_.t_begin();
    batch.parameter = parameter_.data();
    batch.input = input_.data();
    batch.final_state = start_.data();
    batch.status = status.data();  // a start that is not finite is found again by the run itself
    kernels::integrate(Kokkos::DefaultHostExecutionSpace(), kernel_.api(), batch, options_.integrate);
}

const double* Simulator::start_in(std::span<const int> arm_of) {
    started_ = prepared_;
    std::map<std::pair<int, double>, std::vector<std::size_t>> repeating;  // twins by arm and length of the cycle
    for (std::size_t twin = 0; twin < people_.size(); ++twin) {
        const double length = treatment_.cycle_length(people_[twin], arm_of[twin]);
        if (length > 0.0 && prepared_[twin] == TwinStatus::ok) repeating[{arm_of[twin], length}].push_back(twin);
    }
    if (repeating.empty()) return start_.data();
    if (start_.empty()) find_own_start();
    start_in_arm_ = array("start in arm", start_.extent(0), start_.extent(1));
    Kokkos::deep_copy(start_in_arm_, start_);
    for (const auto& [cycle, twins] : repeating) repeat_cycles(twins, cycle.first, cycle.second);
    return start_in_arm_.data();
}

void Simulator::repeat_cycles(const std::vector<std::size_t>& twins, int arm, double cycle_length) {
    Starting starting{{},
                      columns(parameter_, twins),
                      columns(input_, twins),
                      columns(start_, twins),
                      std::vector<TwinStatus>(twins.size(), TwinStatus::ok)};
    for (const std::size_t twin : twins) starting.people.push_back(people_[twin]);
    reach_periodic_state(kernel_, treatment_, arm, cycle_length, options_.integrate, starting);
    for (std::size_t at = 0; at < twins.size(); ++at) {
        started_[twins[at]] = starting.status[at];
        for (std::size_t state = 0; state < start_.extent(0); ++state)
            start_in_arm_(state, twins[at]) = starting.state(state, at);
    }
}

/// In mixed precision, whoever it fails with is run in double.
void Simulator::integrate(const kernels::Batch& batch) {
    const kernels::PluginApi& api = mixed_ != nullptr ? mixed_->api() : kernel_.api();
    kernels::integrate(Kokkos::DefaultHostExecutionSpace(), api, batch, options_.integrate);
    result_.run_again.clear();
    for (std::size_t twin = 0; mixed_ != nullptr && twin < result_.status.size(); ++twin)
        if (result_.status[twin] != TwinStatus::ok && started_[twin] == TwinStatus::ok)
            result_.run_again.push_back(twin);
    if (!result_.run_again.empty()) run_again(kernel_.api(), batch, options_.integrate, result_.run_again);
}

const ArmResult& Simulator::run(std::span<const int> arm_of) {
    const std::size_t n_twins = people_.size();
    KOHORT_CHECK(arm_of.size() == n_twins);
    const double* start = start_in(arm_of);
    actions_.clear();
    action_begin_.assign(1, 0);
    for (std::size_t twin = 0; twin < n_twins; ++twin) {
        treatment_.schedule(people_[twin], arm_of[twin], actions_);
        action_begin_.push_back(static_cast<std::int64_t>(actions_.size()));
    }
    const auto features = treatment_.features();
    const std::size_t n_times = options_.observation_times.size();
    result_.feature = array("feature", features.size(), n_twins);
    result_.observation = TiledRows(kernel_.program().observables.size() * n_times, n_twins);
    if (options_.keep_largest)
        result_.largest_state = array("largest state", kernel_.program().model.states.size(), n_twins);
    result_.status.assign(n_twins, TwinStatus::not_run);
    result_.final_time.assign(n_twins, 0.0);
    result_.steps_accepted.assign(n_twins, 0);
    result_.steps_rejected.assign(n_twins, 0);

    std::vector<std::uint64_t> lot_keys;
    for (const cohort::Person& person : people_) lot_keys.push_back(person.lot_key);
    kernels::Batch batch;
    batch.n_twins = static_cast<std::int64_t>(n_twins);
    batch.lot_key = lot_keys.data();
    batch.t_begin = treatment_.t_begin();
    batch.t_end = treatment_.t_end();
    batch.parameter = parameter_.data();
    batch.input = input_.data();
    batch.initial_state = start;
    batch.action_begin = action_begin_.data();
    batch.action = actions_.data();
    batch.n_times = static_cast<std::int32_t>(n_times);
    batch.time = options_.observation_times.data();
    batch.n_features = static_cast<std::int32_t>(features.size());
    batch.feature = features.data();
    batch.observation = n_times > 0 ? result_.observation.data() : nullptr;
    batch.feature_value = result_.feature.data();
    batch.largest_state = options_.keep_largest ? result_.largest_state.data() : nullptr;
    batch.final_time = result_.final_time.data();
    batch.status = result_.status.data();
    batch.steps_accepted = result_.steps_accepted.data();
    batch.steps_rejected = result_.steps_rejected.data();
    integrate(batch);

    for (std::size_t twin = 0; twin < n_twins; ++twin) {
        if (started_[twin] == TwinStatus::ok) continue;
        result_.status[twin] = started_[twin];
        for (std::size_t row = 0; row < features.size(); ++row)
            result_.feature(row, twin) = std::numeric_limits<double>::quiet_NaN();
    }
    return result_;
}

}  // namespace kohort::engine
