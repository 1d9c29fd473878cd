// Which twins take long? Learned from a few of them, so that the costliest chunks can be begun first. It decides in which order
// chunks are computed and nothing else.
#pragma once

#include "cohort/cohort.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kohort::trial {

class CostModel {
public:
    /// attribute: (n_twins, n_attributes), attribute fastest; steps: (n_twins), positive. Fits the logarithm of steps to a linear
    /// function of attributes (of their logarithms where all are positive) by least squares. Attributes that do not vary are
    /// left out; with too few twins every prediction is the same.
    CostModel(std::span<const double> attribute, std::span<const double> steps);

    /// Predicted steps.
    [[nodiscard]] double operator()(const cohort::Person& person) const;

private:
    struct Term {
        std::size_t attribute = 0;
        bool logarithmic = false;
        double mean = 0.0;
        double scale = 1.0;        // standard deviation
        double coefficient = 0.0;  // of the standardised attribute
        [[nodiscard]] double standardised(double value) const;
    };
    double mean_log_steps_ = 0.0;
    std::vector<Term> terms_;
};

}  // namespace kohort::trial
