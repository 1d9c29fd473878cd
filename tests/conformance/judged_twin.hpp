// The model as a judge sees it: one twin's functions, with what they read of the past.
#pragma once

#include "cvode_past.hpp"
#include "model/evaluate.hpp"
#include "trajectory.hpp"

#include <vector>

namespace kohort::conformance {

class JudgedTwin {
public:
    explicit JudgedTwin(const Run& run);

    /// After parameters have changed.
    void hoist() { run_.model.hoist(parameters.data(), inputs_.data(), hoisted_.data()); }
    void initial(double t, double* y) const { run_.model.initial(t, parameters.data(), inputs_.data(), y); }
    void rates(double t, const double* y, double* rate);
    void jacobian(double t, const double* y, double* entries);
    void roots(double t, const double* y, double* root);
    void conditions(double t, const double* y, double* condition);
    void observe(double t, const double* y, double* observed);

    /// The shortest delay that rates depend on; infinity for a model that does not look back.
    [[nodiscard]] double shortest_delay(double t, const double* y);
    /// What a graph's leaves are at t.
    [[nodiscard]] model::Leaves leaves(double t, const std::vector<double>& y) const {
        return {.time = t, .states = y, .parameters = parameters, .inputs = inputs_};
    }
    [[nodiscard]] const codegen::Program& program() const { return run_.program; }

    std::vector<double> parameters;  // [model units] (n_parameters) events may change them
    CvodePast past;

private:
    [[nodiscard]] double delay(std::size_t place, double t, const double* y) const;
    void look_back(double t, const double* y);

    const Run& run_;
    std::vector<double> inputs_;   // [model units] (n_inputs + n_lookups) values of the past stand last
    std::vector<double> hoisted_;  // (n_hoisted)
};

}  // namespace kohort::conformance
