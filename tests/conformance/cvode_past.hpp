// What CVODE has passed, for models that look back: the polynomial that it ended each step with.
#pragma once

#include "codegen/program.hpp"

#include <vector>

namespace kohort::conformance {

class CvodePast {
public:
    explicit CvodePast(const std::vector<codegen::LookedUp>& lookups);

    /// Before t the states stood still at y.
    void begin(double t, const double* y);
    /// The step that the solver has just made, which ended at t.
    void add(void* cvode, double t, std::size_t n_states);

    /// The value at `then` of a twin that has y at `now`.
    [[nodiscard]] double value(const Lookup& lookup, double then, double now, const double* y) const;

private:
    struct Step {
        double end = 0.0;            // [model time]
        std::size_t n_terms = 0;     // order + 1
        std::size_t first_term = 0;  // of the first column
    };

    std::vector<std::size_t> states_;  // (n_columns) that are looked up
    std::vector<double> start_;        // (n_columns)
    double begin_ = 0.0;
    std::vector<Step> steps_;
    std::vector<double> terms_;  // of each step and column: Taylor coefficients at the step's end
};

}  // namespace kohort::conformance
