// The cells of a study: every variable at every output time, every feature, and last whether the run failed. Arrays of cells
// are (variables, times), then features, then the failure.
#pragma once

#include "base/errors.hpp"

#include <string>
#include <vector>

namespace kohort::uncertainty {

struct Cells {
    std::vector<std::string> variables;
    std::vector<std::string> variable_units;  // empty text where neither study nor model gives one
    std::vector<double> times;                // [time_unit]
    std::string time_unit;
    std::vector<std::string> features;
    std::vector<std::string> feature_units;

    [[nodiscard]] int n_variables() const { return static_cast<int>(variables.size()); }
    [[nodiscard]] int n_times() const { return static_cast<int>(times.size()); }
    [[nodiscard]] int n_features() const { return static_cast<int>(features.size()); }
    [[nodiscard]] int at(int variable, int time) const { return variable * n_times() + time; }
    [[nodiscard]] int feature(int feature) const { return n_variables() * n_times() + feature; }
    /// 1 where the run failed, else 0; never missing.
    [[nodiscard]] int failure() const { return feature(n_features()); }
    [[nodiscard]] int count() const { return failure() + 1; }
    /// The variables, features and the failure as rows of cells that share a range; of cell `cell`.
    [[nodiscard]] int quantity_of(int cell) const {
        KOHORT_CHECK(cell >= 0 && cell < count());
        const int of_variables = n_variables() * n_times();
        return cell < of_variables ? cell / n_times() : n_variables() + cell - of_variables;
    }
    [[nodiscard]] int n_quantities() const { return n_variables() + n_features() + 1; }
};

}  // namespace kohort::uncertainty
