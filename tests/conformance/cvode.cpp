// CVODE as the judge of the kernels' integrators.
#include "trajectory.hpp"

#include "model/evaluate.hpp"

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sundials/sundials_context.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

namespace kohort::conformance {

namespace {

constexpr long most_steps = 50'000;         // between two times
constexpr int most_rounds_of_events = 100;  // events that set off events at one time

void must(int flag, const char* what) {
    if (flag < 0) throw std::runtime_error(std::string("CVODE: ") + what + " failed with " + std::to_string(flag));
}

class Judge {
public:
    explicit Judge(const Run& run)
        : run_(run),
          n_states_(static_cast<sunindextype>(run.program.model.states.size())),
          parameters_(run.parameters),
          hoisted_(size(run.model.sizes().n_hoisted)),
          entries_(size(run.model.sizes().n_jacobian)),
          conditions_(size(run.model.sizes().n_events)),
          state_(N_VNew_Serial(n_states_, context_)),
          absolute_(N_VNew_Serial(n_states_, context_)),
          matrix_(SUNDenseMatrix(n_states_, n_states_, context_)),
          solver_(SUNLinSol_Dense(state_, matrix_, context_)),
          memory_(CVodeCreate(CV_BDF, context_)) {
        std::copy(run.absolute.begin(), run.absolute.end(), N_VGetArrayPointer(absolute_));
        hoist();
        run_.model.initial(run.times.front(), parameters_.data(), run.inputs.data(), values());
        must(CVodeInit(memory_, rate, run.times.front(), state_), "CVodeInit");
        must(CVodeSVtolerances(memory_, run.relative, absolute_), "CVodeSVtolerances");
        must(CVodeSetUserData(memory_, this), "CVodeSetUserData");
        must(CVodeSetMaxNumSteps(memory_, most_steps), "CVodeSetMaxNumSteps");
        must(CVodeSetMaxErrTestFails(memory_, 30), "CVodeSetMaxErrTestFails");
        must(CVodeSetLinearSolver(memory_, solver_, matrix_), "CVodeSetLinearSolver");
        must(CVodeSetJacFn(memory_, jacobian), "CVodeSetJacFn");
        must(CVodeSetNoInactiveRootWarn(memory_), "CVodeSetNoInactiveRootWarn");
        if (run.model.sizes().n_roots > 0)
            must(CVodeRootInit(memory_, run.model.sizes().n_roots, roots), "CVodeRootInit");
    }
    ~Judge() {
        CVodeFree(&memory_);
        SUNLinSolFree(solver_);
        SUNMatDestroy(matrix_);
        N_VDestroy(absolute_);
        N_VDestroy(state_);
    }
    Judge(const Judge&) = delete;
    Judge& operator=(const Judge&) = delete;

    void run(std::vector<double>& result) {
        const std::size_t n_times = run_.times.size();
        refuse_what_cvode_cannot_judge();
        start_events();
        for (std::size_t time = 0; time < n_times; ++time) {
            if (time == 1 && fire(run_.times.front()))
                must(CVodeReInit(memory_, run_.times.front(), state_), "CVodeReInit");
            if (time > 0) advance_to(run_.times[time]);
            std::vector<double> observed(run_.program.observables.size());
            run_.model.observe(run_.times[time], values(), parameters_.data(), run_.inputs.data(), hoisted_.data(),
                               observed.data());
            for (std::size_t row = 0; row < observed.size(); ++row) result[row * n_times + time] = observed[row];
        }
    }

private:
    static std::size_t size(int count) { return static_cast<std::size_t>(count); }
    [[nodiscard]] double* values() const { return N_VGetArrayPointer(state_); }
    void hoist() { run_.model.hoist(parameters_.data(), run_.inputs.data(), hoisted_.data()); }

    void refuse_what_cvode_cannot_judge() const {
        const codegen::Program& program = run_.program;
        if (!program.lookups.empty()) throw std::runtime_error("delays");
        if (program.n_massless + program.n_fast > 0) throw std::runtime_error("algebraic equations or fast reactions");
        for (const model::Event& event : program.model.events) {
            if (event.delay.valid() || event.priority.valid())
                throw std::runtime_error("events with delays or priorities");
        }
    }

    /// What is true from the start does not fire, unless SBML says that it counts as false before.
    void start_events() {
        const model::Model& model = run_.program.model;
        const double start = run_.times.front();
        std::vector<double> now(conditions_.size());
        run_.model.conditions(start, values(), parameters_.data(), run_.inputs.data(), hoisted_.data(), now.data());
        for (std::size_t event = 0; event < now.size(); ++event)
            conditions_[event] = model.events[event].true_before_start ? now[event] : 0.0;
        if (fire(start, now)) must(CVodeReInit(memory_, start, state_), "CVodeReInit");
    }

    /// Step by step, because CVODE passes over roots that are zero where it starts.
    void advance_to(double end) {
        must(CVodeSetStopTime(memory_, end), "CVodeSetStopTime");
        for (double t = -HUGE_VAL; t < end;) {
            const int flag = CVode(memory_, end, state_, &t, CV_ONE_STEP);
            must(flag, "a step");
            if (++steps_ > most_steps) throw std::runtime_error("CVODE: too many steps");
            const bool fired = fire(t);
            if (!fired && flag != CV_ROOT_RETURN) continue;
            if (t >= end) t = end;
            must(CVodeReInit(memory_, t, state_), "CVodeReInit");
            must(CVodeSetStopTime(memory_, end), "CVodeSetStopTime");
        }
    }

    /// Just after t, because a root may lie on t itself, where a strict relation does not hold yet.
    std::vector<double> conditions_after(double t) {
        const double beyond = 1e-13 * std::max(1.0, std::abs(t));
        std::vector<double> slope(size(run_.model.sizes().n_states));
        run_.model.rhs(t, values(), parameters_.data(), run_.inputs.data(), hoisted_.data(), slope.data());
        std::vector<double> moved(values(), values() + n_states_);
        for (std::size_t state = 0; state < moved.size(); ++state) moved[state] += beyond * slope[state];
        std::vector<double> conditions(conditions_.size());
        run_.model.conditions(t + beyond, moved.data(), parameters_.data(), run_.inputs.data(), hoisted_.data(),
                              conditions.data());
        return conditions;
    }

    bool fire(double t) { return fire(t, conditions_after(t)); }

    /// What has risen, on values from before; then what rises through that.
    bool fire(double t, std::vector<double> now) {
        for (int round = 0; round < most_rounds_of_events; ++round) {
            std::vector<std::size_t> risen;
            for (std::size_t event = 0; event < now.size(); ++event) {
                if (conditions_[event] == 0.0 && now[event] != 0.0) risen.push_back(event);
            }
            conditions_ = now;
            if (risen.empty()) return round > 0;
            if (risen.size() > 1 && run_.program.model.event_order == model::EventOrder::in_turn)
                throw std::runtime_error("several events at one time, whose order matters");
            assign(t, risen);
            hoist();
            now = conditions_after(t);
        }
        throw std::runtime_error("events set off each other without end");
    }

    void assign(double t, const std::vector<std::size_t>& risen) {
        const model::Model& model = run_.program.model;
        const std::vector<double> states(values(), values() + n_states_);
        const std::vector<double> parameters = parameters_;
        const model::Leaves before{.time = t, .states = states, .parameters = parameters, .inputs = run_.inputs};
        for (const std::size_t event : risen) {
            for (const model::Assignment& assignment : model.events[event].assignments) {
                const double value = value_of(assignment, before);
                const bool is_state = assignment.target == model::Assignment::Target::state;
                (is_state ? values() : parameters_.data())[assignment.index] = value;
            }
        }
    }

    [[nodiscard]] double value_of(const model::Assignment& assignment, const model::Leaves& before) const {
        const auto evaluate = [&](model::NodeId node) { return model::evaluate(run_.program.model.graph, node, before); };
        switch (assignment.form) {
            case model::Assignment::Form::value: return evaluate(assignment.value);
            case model::Assignment::Form::value_times_factor:
                return evaluate(assignment.value) * evaluate(assignment.factor);
            case model::Assignment::Form::factor_over_value:
                return evaluate(assignment.factor) / evaluate(assignment.value);
        }
        throw std::logic_error("a form of assignment");
    }

    static const Judge& of(void* data) { return *static_cast<const Judge*>(data); }

    static int rate(double t, N_Vector y, N_Vector dy, void* data) {
        const Judge& judge = of(data);
        judge.run_.model.rhs(t, N_VGetArrayPointer(y), judge.parameters_.data(), judge.run_.inputs.data(),
                             judge.hoisted_.data(), N_VGetArrayPointer(dy));
        return 0;
    }

    static int jacobian(double t, N_Vector y, N_Vector, SUNMatrix matrix, void* data, N_Vector, N_Vector, N_Vector) {
        Judge& judge = *static_cast<Judge*>(data);
        judge.run_.model.jacobian(t, N_VGetArrayPointer(y), judge.parameters_.data(), judge.run_.inputs.data(),
                                  judge.hoisted_.data(), judge.entries_.data());
        must(SUNMatZero(matrix), "SUNMatZero");
        for (std::size_t entry = 0; entry < judge.entries_.size(); ++entry) {
            const codegen::JacobianEntry& place = judge.run_.program.jacobian[entry];
            SUNDenseMatrix_Column(matrix, place.column)[place.row] = judge.entries_[entry];
        }
        return 0;
    }

    static int roots(double t, N_Vector y, double* root, void* data) {
        const Judge& judge = of(data);
        judge.run_.model.roots(t, N_VGetArrayPointer(y), judge.parameters_.data(), judge.run_.inputs.data(),
                               judge.hoisted_.data(), root);
        return 0;
    }

    const Run& run_;
    sundials::Context context_;
    sunindextype n_states_;
    std::vector<double> parameters_;  // [model units] (n_parameters) events may change them
    std::vector<double> hoisted_;     // (n_hoisted)
    std::vector<double> entries_;     // (n_jacobian)
    std::vector<double> conditions_;  // (n_events) truth so far
    N_Vector state_;
    N_Vector absolute_;
    SUNMatrix matrix_;
    SUNLinearSolver solver_;
    void* memory_;
    long steps_ = 0;
};

}  // namespace

Trajectory by_cvode(const Run& run) {
    const auto start = std::chrono::steady_clock::now();
    Trajectory result;
    result.values.resize(run.program.observables.size() * run.times.size());
    try {
        Judge(run).run(result.values);
    } catch (const std::runtime_error& error) {
        result.failure = error.what();
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

}  // namespace kohort::conformance
