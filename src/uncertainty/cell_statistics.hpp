// What every cell's values are like, for designs whose rows (or some of them) are a sample of the inputs' distribution:
// moments, extremes, quantiles, probabilities of passing thresholds.
#pragma once

#include "uncertainty/analysis.hpp"
#include "uncertainty/cell_moments.hpp"
#include "uncertainty/cells.hpp"
#include "uncertainty/exceedance.hpp"
#include "uncertainty/findings.hpp"
#include "uncertainty/log_histogram.hpp"

#include <span>
#include <string>
#include <vector>

namespace kohort::uncertainty {

/// The range of one variable (at all times), feature or failure, and what is asked of it.
struct QuantityRange {
    ValueGrid::Range range;
    double largest = 0.0;  // size of the largest value expected: histograms go from 1e-4 of it to it
    bool signed_values = false;
    bool declared = false;  // by the user; else from the first runs
};

struct Threshold {
    int variable = 0;
    double above = 0.0;  // [variable's unit]
    std::string label;   // "glucose > 10 mmol/L"
};

struct StatisticsOptions {
    std::vector<double> probabilities;
    double relative_error = 0.01;
    std::vector<Threshold> thresholds;
};

/// One grid for each cell, from the ranges of the quantities.
[[nodiscard]] std::vector<ValueGrid> grids_of(const Cells& cells, std::span<const QuantityRange> ranges);

class CellStatistics {
public:
    /// ranges: of cells.n_quantities()
    CellStatistics(const Cells& cells, std::span<const QuantityRange> ranges, StatisticsOptions options);

    /// values: (runs) of one cell; NaN where a run failed. Threads may add to different cells at the same time.
    void add(int cell, std::span<const double> values);
    [[nodiscard]] std::vector<StatePiece> pieces();
    void report(Findings& findings) const;
    [[nodiscard]] MomentSummary moments(int cell) const { return moments_.summary(cell); }

private:
    void report_quantiles(Findings& findings) const;
    void report_thresholds(Findings& findings) const;

    Cells cells_;
    StatisticsOptions options_;
    CellMoments moments_;
    std::vector<LogHistogram> histograms_;  // (quantities but the failure), cells: times, or 1
    std::vector<Exceedance> exceedances_;   // (thresholds), cells: times
};

}  // namespace kohort::uncertainty
