#include "simulation.hpp"

#include "base/version.hpp"
#include "codegen/plugin_cache.hpp"
#include "model/evaluate.hpp"
#include "model/read_model.hpp"
#include "model/symbols.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

namespace kohort::twins {

namespace fs = std::filesystem;

namespace {

const kernels::PluginApi* api_of(const codegen::Plugin& plugin) {
    using Entry = const kernels::PluginApi* (*)();
    return reinterpret_cast<Entry>(plugin.symbol("kohort_plugin"))();
}

std::int32_t as_target(std::uint32_t index) { return static_cast<std::int32_t>(index); }

}  // namespace

model::Model shipped_model(const std::string& name) {
    const fs::path folder = fs::path(source_folder) / "kernels" / "models";
    return model::read_model(fs::is_directory(folder / name) ? folder / name : folder / (name + ".txt"));
}

std::optional<fs::path> test_data(const std::string& path) {
    const char* root = std::getenv("KOHORT_TEST_DATA");
    const fs::path file = (root ? fs::path(root) : fs::path(source_folder) / ".." / "shared" / "data") / path;
    if (!fs::exists(file)) return std::nullopt;
    return file;
}

Simulation::Simulation(model::Model model, codegen::LowerOptions lower)
    : program_(codegen::lower(std::move(model), lower)),
      plugin_(codegen::compile(program_, codegen::default_compile_options()).file),
      api_(api_of(plugin_)) {
    for (const auto& parameter : program_.model.parameters) parameters_.push_back(parameter.value);
    for (const auto& input : program_.model.inputs) {
        inputs_.push_back(input.default_value.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
}

double& Simulation::value(const std::string& name) {
    const model::Symbol symbol = model::find_symbol(program_.model, name);
    const bool is_parameter = symbol.kind == model::Symbol::Kind::parameter;
    KOHORT_CHECK(is_parameter || symbol.kind == model::Symbol::Kind::input);
    return is_parameter ? parameters_.at(symbol.index) : inputs_.at(symbol.index);
}

void Simulation::set(const std::string& name, double value_now) { value(name) = value_now; }

void Simulation::scale(const std::string& name, double factor) { value(name) *= factor; }

void Simulation::start(const std::string& state, double value) {
    starts_.emplace_back(model::find_state(program_.model, state), value);
}

void Simulation::act(kernels::Action action) {
    const auto later = std::upper_bound(actions_.begin(), actions_.end(), action.time,
                                        [](double time, const kernels::Action& other) { return time < other.time; });
    actions_.insert(later, action);
}

void Simulation::bolus(double time, const std::string& state, double amount) {
    act({time, amount, kernels::Action::Kind::add_to_state, as_target(model::find_state(program_.model, state))});
}

void Simulation::infusion(double time, const std::string& state, double rate, double duration) {
    const std::int32_t target = as_target(model::find_input(program_.model, "infusion(" + state + ")"));
    act({time, rate, kernels::Action::Kind::add_to_input, target});
    act({time + duration, -rate, kernels::Action::Kind::add_to_input, target});
}

void Simulation::input(double time, const std::string& name, double value) {
    act({time, value, kernels::Action::Kind::set_input, as_target(model::find_input(program_.model, name))});
}

std::size_t Simulation::feature(kernels::Feature::Op op, const std::string& observable, double from, double to) {
    const auto& names = program_.observable_names;
    const auto found = std::find(names.begin(), names.end(), observable);
    EXPECT_NE(found, names.end()) << observable;
    features_.push_back({.op = op, .observable = static_cast<std::int32_t>(found - names.begin()), .from = from, .to = to});
    return features_.size() - 1;
}

std::vector<double> Simulation::own_initial_state(double begin) const {
    const model::Leaves leaves{.time = begin, .states = {}, .parameters = parameters_, .inputs = inputs_};
    return model::evaluate(program_.model.graph, program_.initial, leaves);
}

Simulation::Result Simulation::run(double begin, const std::vector<double>& times) const {
    return integrate(begin, times.back(), times, options);
}

Simulation::Result Simulation::run_to_rest(double limit, double steady_time) const {
    kernels::IntegrateOptions how = options;
    how.to_steady_state = true;
    how.steady_time = steady_time;
    how.steady_tolerance = how.rtol;
    return integrate(-limit, 0.0, {}, how);
}

Simulation::Result Simulation::integrate(double begin, double end, const std::vector<double>& times,
                                         const kernels::IntegrateOptions& how) const {
    std::vector<double> initial = initial_.empty() ? own_initial_state(begin) : initial_;
    for (const auto& [state, value] : starts_) initial[state] = value;
    const std::vector<std::int64_t> action_begin{0, static_cast<std::int64_t>(actions_.size())};
    const std::size_t n_observables = program_.observables.size();
    std::vector<double> observation(n_observables * times.size(), std::numeric_limits<double>::quiet_NaN());
    Result result;
    result.features.resize(features_.size(), std::numeric_limits<double>::quiet_NaN());
    result.states.resize(program_.model.states.size());
    const kernels::Batch batch{.n_twins = 1,
                               .t_begin = begin,
                               .t_end = end,
                               .parameter = parameters_.data(),
                               .input = inputs_.data(),
                               .initial_state = initial.data(),
                               .action_begin = action_begin.data(),
                               .action = actions_.data(),
                               .n_times = static_cast<std::int32_t>(times.size()),
                               .time = times.data(),
                               .n_features = static_cast<std::int32_t>(features_.size()),
                               .feature = features_.data(),
                               .observation = observation.data(),
                               .feature_value = result.features.data(),
                               .final_state = result.states.data(),
                               .status = &result.status};
    kernels::WorkQueue queue;
    api_->integrate(batch, how, queue);
    EXPECT_EQ(result.status, TwinStatus::ok) << words_of(result.status);
    for (std::size_t row = 0; row < n_observables; ++row) {
        const auto first = observation.begin() + static_cast<std::ptrdiff_t>(row * times.size());
        result.of[program_.observable_names[row]] = {first, first + static_cast<std::ptrdiff_t>(times.size())};
    }
    return result;
}

}  // namespace kohort::twins
