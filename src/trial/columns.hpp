// Outcomes as numbers that a kernel computes: each outcome at each of its visits or challenges is one feature of the
// integration and one column of the results.
#pragma once

#include "base/units.hpp"
#include "kernels/batch.hpp"
#include "trial/measuring.hpp"
#include "trial/schedule.hpp"

#include <string>
#include <vector>

namespace kohort::trial {

/// One row of a (rows, n_twins) array, read for one twin.
struct FeatureView {
    const double* first = nullptr;  // [model units] row 0 of this twin
    std::int64_t stride = 1;        // from row to row
    std::int64_t twin_id = 0;       // whose errors of measurement these are
    [[nodiscard]] double operator[](int row) const { return first[row * stride]; }
};

struct Column {
    std::string outcome;    // outcome id, or a model quantity used in screening
    std::string visit;      // visit id; empty for one number for the whole study
    std::string unit;       // reported unit; empty where neither study nor model gives one
    int feature = 0;        // row among the features
    double origin = 0.0;    // [model time] times are reported from here on
    UnitConverter convert;  // model unit -> reported unit
    Measuring measuring;

    /// "weight@week52", "AUC".
    [[nodiscard]] std::string name() const { return visit.empty() ? outcome : outcome + "@" + visit; }
    /// The value as measured, in the reported unit; NaN stays NaN.
    [[nodiscard]] double operator()(FeatureView features) const {
        return measuring.reported(truth(features), features.twin_id);
    }
    /// The same without errors, and if nobody leaves.
    [[nodiscard]] double truth(FeatureView features) const { return convert(features[feature] - origin); }
    [[nodiscard]] bool is_lost(std::int64_t twin_id) const { return measuring.is_lost(twin_id); }
};

/// Features and how to read them.
struct ColumnSet {
    std::vector<Column> columns;
    std::vector<kernels::Feature> features;
    std::vector<Measurement> measurements;  // for the schedule: one for each value_at

    /// Last moment that a feature looks at [model time]; 0 without features.
    [[nodiscard]] double last_moment() const;
};

/// What an outcome's true values are called beside the measured ones.
inline constexpr const char* true_suffix = "_TRUE";

/// Columns of one outcome at all its visits, challenges or its one window; each is followed by
/// one of its true value where that is not what is measured. Throws InputError for an unknown quantity and
/// for units that do not fit.
void append_columns(const Outcome& outcome, const TrialStudy& study, const Symbols& symbols, Clock& clock, ColumnSet& set);

/// A model quantity at time zero, in unit (the model's own if empty).
void append_start_value(const std::string& quantity, const std::string& unit, const Symbols& symbols,
                        const Place& place, ColumnSet& set);

}  // namespace kohort::trial
