// What all analyses of pick-freeze designs share: the sums, the statistics of the rows a and b, and estimates with jackknifed
// intervals for every cell.
#pragma once

#include "uncertainty/analysis.hpp"
#include "uncertainty/cell_statistics.hpp"
#include "uncertainty/intervals.hpp"
#include "uncertainty/pick_freeze.hpp"
#include "uncertainty/sobol_indices.hpp"

#include <functional>
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

    void add(std::int64_t block, std::span<const double> values) override;
    [[nodiscard]] std::vector<StatePiece> pieces() override;
    void report(Findings& findings) const override;

protected:
    /// The sums of a cell over all replicates, then without each.
    using Jackknifed = std::vector<CellSums>;
    [[nodiscard]] Jackknifed jackknifed(int cell) const;
    [[nodiscard]] Interval interval(const Jackknifed& sums, const std::function<double(const CellSums&)>& estimate) const;
    [[nodiscard]] Axis groups(std::string name) const;

    virtual void report_indices(Findings& findings) const = 0;

    const PickFreeze& design_;
    Cells cells_;
    PickFreezeSums sums_;
    CellStatistics statistics_;  // of the rows a and b, which are independent of each other
    IndexOptions options_;

private:
    void report_samples(Findings& findings) const;
};

}  // namespace kohort::uncertainty
