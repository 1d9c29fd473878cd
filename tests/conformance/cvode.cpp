// CVODE as the judge of the kernels' integrators.
#include "judged_events.hpp"
#include "judged_twin.hpp"
#include "trajectory.hpp"

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

constexpr long most_steps = 1'000'000;
constexpr double moment = 1e-9;                 // of the whole time, in which fast reactions come to rest at the start
constexpr long most_steps_on_the_spot = 1'000;  // in which time does not change by more than rounding

void must(int flag, const char* what) {
    if (flag < 0) throw std::runtime_error(std::string("CVODE: ") + what + " failed with " + std::to_string(flag));
}

class Judge {
public:
    explicit Judge(const Run& run)
        : run_(run),
          twin_(run),
          n_states_(static_cast<sunindextype>(run.program.model.states.size())),
          entries_(static_cast<std::size_t>(run.model.sizes().n_jacobian)),
          state_(N_VNew_Serial(n_states_, context_)),
          absolute_(N_VNew_Serial(n_states_, context_)),
          matrix_(SUNDenseMatrix(n_states_, n_states_, context_)),
          solver_(SUNLinSol_Dense(state_, matrix_, context_)),
          memory_(CVodeCreate(CV_BDF, context_)),
          events_(twin_, values()),
          now_(run.times.front()) {
        std::copy(run.absolute.begin(), run.absolute.end(), N_VGetArrayPointer(absolute_));
        twin_.initial(now_, values());
        twin_.past.begin(now_, values());
        must(CVodeInit(memory_, rate, now_, state_), "CVodeInit");
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
        if (run_.program.n_massless > 0) throw std::runtime_error("algebraic equations");
        const std::size_t n_times = run_.times.size();
        if (events_.start(now_)) restart();
        if (run_.program.n_fast > 0) settle();
        for (std::size_t time = 0; time < n_times; ++time) {
            if (time > 0 && events_.happen_after(now_)) restart();
            if (time > 0) advance_to(run_.times[time]);
            std::vector<double> observed(run_.program.observables.size());
            twin_.observe(run_.times[time], values(), observed.data());
            for (std::size_t row = 0; row < observed.size(); ++row) result[row * n_times + time] = observed[row];
        }
    }

private:
    [[nodiscard]] double* values() const { return N_VGetArrayPointer(state_); }
    void restart() { must(CVodeReInit(memory_, now_, state_), "CVodeReInit"); }

    /// Fast reactions come to rest at the start, while all else waits.
    void settle() {
        const double begin = now_;
        const double end = begin + moment * (run_.times.back() - begin);
        is_settling_ = true;
        while (now_ < end) must(CVode(memory_, end, state_, &now_, CV_NORMAL), "a step at the start");
        is_settling_ = false;
        now_ = begin;
        restart();
    }

    [[nodiscard]] bool waits(std::size_t state) const {
        const std::size_t first_fast = run_.program.n_massless;
        return is_settling_ && (state < first_fast || state >= first_fast + run_.program.n_fast);
    }

    /// Step by step, because CVODE passes over roots that are zero where it starts.
    void advance_to(double end) {
        while (now_ < end) {
            must(CVodeSetStopTime(memory_, std::min(end, events_.next())), "CVodeSetStopTime");
            look_back_no_further_than_past();
            const int flag = CVode(memory_, end, state_, &now_, CV_ONE_STEP);
            must(flag, "a step");
            twin_.past.add(memory_, now_, static_cast<std::size_t>(n_states_));
            see_that_it_gets_on();
            bool is_new = events_.happen_at(now_) || flag == CV_ROOT_RETURN;
            if (now_ < end) is_new = events_.happen_after(now_) || is_new;
            if (is_new) restart();
        }
    }

    void see_that_it_gets_on() {
        if (++steps_ > most_steps) throw std::runtime_error("CVODE: too many steps");
        if (steps_ % most_steps_on_the_spot != 0) return;
        if (now_ - was_there_ <= 1e-15 * std::abs(now_)) throw std::runtime_error("CVODE: stands still");
        was_there_ = now_;
    }

    /// A step longer than a delay would read what is not there yet.
    void look_back_no_further_than_past() {
        if (run_.program.lookups.empty()) return;
        const double shortest = twin_.shortest_delay(now_, values());
        if (shortest > 0.0 && shortest < HUGE_VAL) must(CVodeSetMaxStep(memory_, shortest), "CVodeSetMaxStep");
    }

    static Judge& of(void* data) { return *static_cast<Judge*>(data); }

    static int rate(double t, N_Vector y, N_Vector dy, void* data) {
        return of(data).rates(t, N_VGetArrayPointer(y), N_VGetArrayPointer(dy)) ? 0 : -1;
    }

    [[nodiscard]] bool is_never_there(std::size_t state) const {
        return !run_.never_there.empty() && run_.never_there[state];
    }

    /// Returns false if what should never be there does appear.
    bool rates(double t, const double* y, double* rate) {
        std::vector<double> without(y, y + n_states_);
        for (std::size_t state = 0; state < without.size(); ++state)
            without[state] = is_never_there(state) ? 0.0 : y[state];
        twin_.rates(t, without.data(), rate);
        for (std::size_t state = 0; state < without.size(); ++state) {
            if (is_never_there(state) && rate[state] != 0.0) return false;
            if (waits(state)) rate[state] = 0.0;
        }
        return true;
    }

    static int jacobian(double t, N_Vector y, N_Vector, SUNMatrix matrix, void* data, N_Vector, N_Vector, N_Vector) {
        Judge& judge = of(data);
        judge.twin_.jacobian(t, N_VGetArrayPointer(y), judge.entries_.data());
        must(SUNMatZero(matrix), "SUNMatZero");
        for (std::size_t entry = 0; entry < judge.entries_.size(); ++entry) {
            const codegen::JacobianEntry& place = judge.run_.program.jacobian[entry];
            if (judge.waits(place.row) || judge.is_never_there(place.row) || judge.is_never_there(place.column))
                continue;
            SUNDenseMatrix_Column(matrix, place.column)[place.row] = judge.entries_[entry];
        }
        return 0;
    }

    static int roots(double t, N_Vector y, double* root, void* data) {
        of(data).twin_.roots(t, N_VGetArrayPointer(y), root);
        return 0;
    }

    const Run& run_;
    sundials::Context context_;
    JudgedTwin twin_;
    sunindextype n_states_;
    std::vector<double> entries_;  // (n_jacobian)
    N_Vector state_;
    N_Vector absolute_;
    SUNMatrix matrix_;
    SUNLinearSolver solver_;
    void* memory_;
    JudgedEvents events_;
    double now_;                    // [model time]
    double was_there_ = -HUGE_VAL;  // [model time] some steps ago
    bool is_settling_ = false;
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
