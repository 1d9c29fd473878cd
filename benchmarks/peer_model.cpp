#include "benchmarks/peer_model.hpp"

#include "base/errors.hpp"
#include "benchmarks/solver.hpp"
#include "codegen/generate.hpp"
#include "codegen/process.hpp"
#include "codegen/toolchain.hpp"

#include <fstream>
#include <limits>
#include <string>

namespace kohort::benchmarks {
namespace {

namespace fs = std::filesystem;

std::string source_of(const codegen::Program& program) {
    return "#include \"benchmarks/peer_main.hpp\"\n" + codegen::generated_includes() +
           "\nnamespace kohort_generated {\nnamespace {\n\n" + codegen::generated_names() + "\n" +
           codegen::generate_struct(program, codegen::plan_model(program), {}) +
           "\n}  // namespace\n}  // namespace kohort_generated\n\nKOHORT_PEER(kohort_generated::Model)\n";
}

/// With the compiler and the flags of our own plug-ins.
codegen::Plugin compile_peer(const Problem& problem) {
    const codegen::CompileOptions options = codegen::default_compile_options();
    const fs::path folder = options.cache / "benchmarks";
    fs::create_directories(folder);
    const fs::path source = folder / (problem.name + ".cpp");
    const fs::path library = folder / (problem.name + ".so");
    std::ofstream(source) << source_of(problem.program);
    std::vector<std::string> command = {options.compiler};
    command.insert(command.end(), options.flags.begin(), options.flags.end());
    for (const fs::path& include : options.include_dirs) command.push_back("-I" + include.string());
    command.insert(command.end(), {"-shared", "-fPIC", "-o", library.string(), source.string()});
    const codegen::ProcessResult result = codegen::run_process(command, folder / (problem.name + ".log"));
    if (result.exit_code != 0) {
        throw InputError({source.string()}, "the peer's functions do not compile",
                         "see " + (folder / (problem.name + ".log")).string());
    }
    return codegen::Plugin(library);
}

}  // namespace

PeerModel::PeerModel(const Problem& problem)
    : problem_(problem),
      library_(compile_peer(problem)),
      functions_(reinterpret_cast<const PeerFunctions* (*)()>(library_.symbol("kohort_peer"))()),
      parameter_(problem.program.model.parameters.size()),
      input_(problem.program.model.inputs.size()),
      hoisted_(static_cast<std::size_t>(functions_->n_hoisted)),
      before_(static_cast<std::size_t>(functions_->n_events)),
      after_(static_cast<std::size_t>(functions_->n_events)) {}

void PeerModel::begin(std::int64_t twin, double* y) {
    const auto n = static_cast<std::size_t>(problem_.n_twins);
    const auto column = static_cast<std::size_t>(twin);
    for (std::size_t row = 0; row < parameter_.size(); ++row) parameter_[row] = problem_.parameter[row * n + column];
    for (std::size_t row = 0; row < input_.size(); ++row) input_[row] = problem_.input[row * n + column];
    next_action_ = problem_.action_begin[column];
    last_action_ = problem_.action_begin[column + 1];
    hoist();
    if (problem_.initial_state.empty()) {
        functions_->initial(problem_.t_begin, parameter_.data(), input_.data(), y);
    } else {
        for (std::size_t state = 0; state < n_states(); ++state) y[state] = problem_.initial_state[state * n + column];
    }
}

void PeerModel::apply_actions(double t, double* y) {
    if (next_action_ == last_action_ || problem_.action[static_cast<std::size_t>(next_action_)].time > t) return;
    conditions(t, y, before_);
    for (; next_action_ < last_action_ && problem_.action[static_cast<std::size_t>(next_action_)].time <= t; ++next_action_) {
        const kernels::Action& action = problem_.action[static_cast<std::size_t>(next_action_)];
        const auto target = static_cast<std::size_t>(action.target);
        switch (action.kind) {
            case kernels::Action::Kind::set_input: input_[target] = action.value; break;
            case kernels::Action::Kind::add_to_input: input_[target] += action.value; break;
            case kernels::Action::Kind::add_to_state: y[target] += action.value; break;
            case kernels::Action::Kind::set_state: y[target] = action.value; break;
            case kernels::Action::Kind::set_parameter: parameter_[target] = action.value; break;
            default: KOHORT_CHECK(false);
        }
    }
    hoist();
    conditions(t, y, after_);
    const std::vector<double> y_before(y, y + n_states());
    const std::vector<double> parameter_before = parameter_;
    for (int event = 0; event < functions_->n_events; ++event) {
        const auto place = static_cast<std::size_t>(event);
        if (before_[place] == 0.0 && after_[place] != 0.0)
            functions_->fire(event, t, y_before.data(), parameter_before.data(), input_.data(), y, parameter_.data());
    }
    hoist();
}

double PeerModel::next_stop() const {
    return next_action_ < last_action_ ? problem_.action[static_cast<std::size_t>(next_action_)].time : problem_.t_end;
}

Solved solve_one_by_one(PeerModel& model, PeerIntegrator& integrator, std::int64_t n_twins) {
    const Problem& problem = model.problem();
    const auto n = static_cast<std::size_t>(problem.n_twins);
    Solved solved;
    solved.observation.assign(problem.n_observables() * problem.times.size() * n, std::numeric_limits<double>::quiet_NaN());
    std::vector<double> y(model.n_states());
    std::vector<double> observed(problem.n_observables());
    const double begin = thread_seconds();
    for (std::int64_t twin = 0; twin < n_twins; ++twin) {
        model.begin(twin, y.data());
        double t = problem.t_begin;
        model.apply_actions(t, y.data());
        std::size_t time = 0;
        const auto store = [&] {
            model.observe(problem.times[time], y.data(), observed.data());
            for (std::size_t row = 0; row < observed.size(); ++row)
                solved.observation[(row * problem.times.size() + time) * n + static_cast<std::size_t>(twin)] = observed[row];
            ++time;
        };
        while (time < problem.times.size() && problem.times[time] <= t) store();
        bool ok = true;
        while (ok && t < problem.t_end) {
            const double stop = std::min(model.next_stop(), problem.t_end);
            integrator.start(t, y.data(), stop);
            while (ok && time < problem.times.size() && problem.times[time] < stop) {
                ok = integrator.advance(problem.times[time], y.data());
                if (ok) store();
            }
            ok = ok && integrator.advance(stop, y.data());
            integrator.count(solved.steps, solved.rejected);
            t = stop;
            model.apply_actions(t, y.data());
            while (ok && time < problem.times.size() && problem.times[time] <= t) store();
        }
        if (!ok) ++solved.failures;
    }
    solved.seconds = thread_seconds() - begin;
    return solved;
}

}  // namespace kohort::benchmarks
