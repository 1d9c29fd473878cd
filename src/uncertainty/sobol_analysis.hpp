// Sobol indices of every cell, with intervals, and with bounds where runs are missing.
#pragma once

#include "uncertainty/pick_freeze_analysis.hpp"

namespace kohort::uncertainty {

class SobolAnalysis final : public PickFreezeAnalysis {
public:
    using PickFreezeAnalysis::PickFreezeAnalysis;
    [[nodiscard]] Widest widest_interval(double at_least_variance) const override;

private:
    void report_indices(Findings& findings) const override;
    void report_bounds(Findings& findings) const;
    void report_second(Findings& findings) const;
    void report_generalised(Findings& findings) const;
};

/// Shapley effects, of a design in which all subsets of groups are frozen; or the split of the variance over levels, of one in
/// which the levels below each are.
class SubsetAnalysis final : public PickFreezeAnalysis {
public:
    enum class Kind { shapley, variance_split };
    SubsetAnalysis(Kind kind, const PickFreeze& design, const Cells& cells, std::span<const QuantityRange> ranges,
                   CellStatistics statistics, IndexOptions options)
        : PickFreezeAnalysis(design, cells, ranges, std::move(statistics), std::move(options)), kind_(kind) {}

private:
    void report_indices(Findings& findings) const override;

    Kind kind_;
};

}  // namespace kohort::uncertainty
