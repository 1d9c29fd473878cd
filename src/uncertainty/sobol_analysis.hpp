// Sobol indices of every cell, with intervals, and with bounds where runs are missing.
#pragma once

#include "uncertainty/pick_freeze_analysis.hpp"

namespace kohort::uncertainty {

class SobolAnalysis final : public PickFreezeAnalysis {
public:
    using PickFreezeAnalysis::PickFreezeAnalysis;
    [[nodiscard]] Widest widest_interval(const CellShare& cells, double at_least_variance) const override;

private:
    struct Tables;
    void report_indices(Findings& findings, engine::Communicator& communicator) const override;
    /// contributions: to the cell's curve; empty where it is of none
    void report_cell(int cell, Tables& tables, std::span<double> contributions) const;
    void report_bounds(int cell, const CellSums& sums, Tables& tables) const;
    void report_second(int cell, const Jackknifed& sums, Tables& tables) const;
    void report_curve(int variable, std::span<const double> contributions, Tables& tables) const;
    [[nodiscard]] std::size_t place(int row, int cell) const;
    /// Numbers that a cell contributes to its curve: for each jackknifed sum its weight, then first and total of each group.
    [[nodiscard]] std::size_t contributions() const;
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
    void report_indices(Findings& findings, engine::Communicator& communicator) const override;

    Kind kind_;
};

}  // namespace kohort::uncertainty
