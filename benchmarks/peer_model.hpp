// The functions of a model for solvers that take one twin at a time: the same generated code as our own column, as double.
#pragma once

#include "benchmarks/peer_functions.hpp"
#include "benchmarks/problem.hpp"
#include "codegen/plugin.hpp"

#include <vector>

namespace kohort::benchmarks {

/// The model of a problem with one twin's parameters and inputs in it, moved from twin to twin and changed by its actions.
class PeerModel {
public:
    /// Compiles.
    explicit PeerModel(const Problem& problem);

    /// Takes this twin, as it is at t_begin; fills y.
    void begin(std::int64_t twin, double* y);
    /// What the twin's actions do at or before time t, and the events that they trigger. Events that rise between actions are
    /// not sought: no problem here has one.
    void apply_actions(double t, double* y);
    /// [model time] of the twin's next action, or t_end.
    [[nodiscard]] double next_stop() const;

    void rhs(double t, const double* y, double* rate) const {
        functions_->rhs(t, y, parameter_.data(), input_.data(), hoisted_.data(), rate);
    }
    /// Values in the order of program.jacobian.
    void jacobian(double t, const double* y, double* values) const {
        functions_->jacobian(t, y, parameter_.data(), input_.data(), hoisted_.data(), values);
    }
    void observe(double t, const double* y, double* values) const {
        functions_->observe(t, y, parameter_.data(), input_.data(), hoisted_.data(), values);
    }
    [[nodiscard]] const Problem& problem() const { return problem_; }
    [[nodiscard]] std::size_t n_states() const { return problem_.n_states(); }

private:
    void conditions(double t, const double* y, std::vector<double>& values) const {
        functions_->conditions(t, y, parameter_.data(), input_.data(), hoisted_.data(), values.data());
    }
    void hoist() { functions_->hoist(parameter_.data(), input_.data(), hoisted_.data()); }

    const Problem& problem_;
    codegen::Plugin library_;
    const PeerFunctions* functions_;
    std::vector<double> parameter_;
    std::vector<double> input_;
    std::vector<double> hoisted_;
    std::vector<double> before_;  // (n_events) truth of conditions
    std::vector<double> after_;   // (n_events)
    std::int64_t next_action_ = 0;
    std::int64_t last_action_ = 0;
};

/// A peer's integrator of one twin, told where to stop.
class PeerIntegrator {
public:
    virtual ~PeerIntegrator() = default;
    /// Starts at (t, y); will never look at the model beyond stop.
    virtual void start(double t, const double* y, double stop) = 0;
    /// The solution at a time up to stop. Returns false if the integrator failed.
    [[nodiscard]] virtual bool advance(double time, double* y) = 0;
    virtual void count(std::int64_t& steps, std::int64_t& rejected) = 0;
};

struct Solved;

/// Takes twins 0 .. n_twins - 1 through their schedules.
[[nodiscard]] Solved solve_one_by_one(PeerModel& model, PeerIntegrator& integrator, std::int64_t n_twins);

}  // namespace kohort::benchmarks
