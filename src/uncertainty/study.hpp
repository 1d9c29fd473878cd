// What an uncertainty study asks, beside the model and what is done to it: which inputs are uncertain together, the design
// of runs, what is observed, and what is made of it. The reader (io) fills these; names follow the study file key by key.
#pragma once

#include "base/quantity.hpp"
#include "uncertainty/sobol_indices.hpp"
#include "uncertainty/unit_points.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kohort::uncertainty {

enum class DesignKind {
    sample,
    sobol_indices,
    morris,
    shapley,
    variance_split,
    derivatives,
    fast,
    rbd_fast,
    polynomial_chaos
};

struct DesignChoice {
    DesignKind kind = DesignKind::sobol_indices;
    PointKind points = PointKind::scrambled_sobol;
    std::int64_t n = 0;  // base samples, trajectories (morris) or samples (sample, rbd-fast), of all replicates; points of a curve (fast)
    int replicates = 8;  // independent randomisations, from which intervals come
    bool second_order = false;
    bool extendable = false;   // the result keeps the sums, so that a later job can go on
    int levels = 4;            // morris
    int degree = 4;            // polynomial chaos: the highest tried
    double hyperbolic = 0.75;  // polynomial chaos: 1 keeps all terms of that total degree, less fewer interactions
    std::array<double, 2> window{0.0, 1.0};  // morris: the probabilities between which inputs are moved
    Place place{};
};

/// A range that values are declared to stay in.
struct DeclaredRange {
    Quantity low;
    Quantity high;
};

struct VariableChoice {
    std::string of;    // a quantity of the model; also its name in results
    std::string unit;  // of reports; empty: the model's
    std::optional<DeclaredRange> range;
    Place place{};
};

struct ThresholdChoice {
    std::string of;  // a variable of the study
    Quantity above;
    Place place{};
};

struct StopRule {
    bool of_total = true;             // else of first
    double below = 0.02;              // half the width of the interval, of every group in every cell that counts
    double at_least_variance = 0.01;  // cells whose variance is at least this share of the variable's largest count
    std::int64_t check_every = 0;     // base samples
    Place place{};
};

struct AnalysisChoice {
    Estimator first = Estimator::janon;
    Estimator total = Estimator::jansen;
    double level = 0.95;                                             // of intervals
    std::vector<double> probabilities{0.05, 0.25, 0.5, 0.75, 0.95};  // of quantiles
    double relative_error = 0.01;                                    // of quantiles
    std::vector<ThresholdChoice> thresholds;
    std::optional<StopRule> stop;
};

struct UncertaintyStudy {
    std::vector<std::string> inputs;  // names of the cohort's drawn attributes, in their order
    std::vector<std::string> groups;  // labels, in order of first appearance
    std::vector<int> group_of;        // (inputs)
    std::vector<double> widths;       // (inputs) [input's unit] of uniform distributions; 0 for others
    std::vector<Quantity> times;      // ascending
    std::string time_unit;            // of results
    std::vector<VariableChoice> variables;
    std::vector<std::optional<DeclaredRange>> feature_ranges;  // of the outcomes that are the study's features
    std::vector<Quantity> report_at;  // times of the report's tables; empty: where each variable varies most
    DesignChoice design;
    AnalysisChoice analysis;
};

}  // namespace kohort::uncertainty
