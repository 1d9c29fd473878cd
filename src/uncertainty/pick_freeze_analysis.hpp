// What all analyses of pick-freeze designs share: the sums, the statistics of the rows a and b, and estimates with jackknifed
// intervals for every cell.
#pragma once

#include "uncertainty/analysis.hpp"
#include "uncertainty/cell_statistics.hpp"
#include "uncertainty/intervals.hpp"
#include "uncertainty/pick_freeze.hpp"
#include "uncertainty/sobol_indices.hpp"

#include <string>
#include <vector>

namespace kohort::uncertainty {

struct IndexOptions {
    Estimator first = Estimator::janon;
    Estimator total = Estimator::jansen;
    double level = 0.95;
    std::vector<std::string> groups;  // labels
};

class PickFreezeAnalysis : public Analysis {
public:
    /// design must outlive the analysis.
    PickFreezeAnalysis(const PickFreeze& design, const Cells& cells, std::span<const QuantityRange> ranges,
                       CellStatistics statistics, IndexOptions options);

    void add(std::int64_t block, const BlockValues& values) override;
    [[nodiscard]] std::vector<StatePiece> pieces() override;
    [[nodiscard]] std::vector<StatePiece> pieces_for_intervals() override { return {{sums_.integers()}}; }
    void report(Findings& findings, engine::Communicator& communicator) const override;

protected:
    /// The sums of a cell over all replicates, then without each.
    using Jackknifed = std::vector<CellSums>;
    [[nodiscard]] Jackknifed jackknifed(int cell) const { return sums_.jackknifed(cell); }
    template <class Estimate>
    [[nodiscard]] Interval interval(const Jackknifed& sums, Estimate&& estimate) const {
        return jackknife_([&](int without) { return estimate(sums[static_cast<std::size_t>(without + 1)]); });
    }
    [[nodiscard]] Axis groups(std::string name) const;

    virtual void report_indices(Findings& findings, engine::Communicator& communicator) const = 0;

    const PickFreeze& design_;
    Cells cells_;
    PickFreezeSums sums_;
    CellStatistics statistics_;  // of the rows a and b, which are independent of each other
    IndexOptions options_;
    Jackknife jackknife_;

private:
    void report_samples(Findings& findings, const CellShare& own) const;
};

}  // namespace kohort::uncertainty
