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
    /// The same in two steps, for callers that have other work between them: it hides how long memory takes.
    struct Places {
        std::vector<std::int32_t> bins;  // (runs)
    };
    void find(int cell, std::span<const double> values, Places& places) const;
    void add(int cell, std::span<const double> values, const Places& places);
    [[nodiscard]] std::vector<StatePiece> pieces();
    /// Fills in these cells only.
    void report(Findings& findings, const CellShare& own) const;
    [[nodiscard]] MomentSummary moments(int cell) const { return moments_.summary(cell); }

private:
    /// Of a cell that is not the failure: its quantity, and its place among that one's times.
    struct Place {
        std::size_t quantity;
        int time;
    };
    [[nodiscard]] Place place_of(int cell) const;
    void report_quantiles(Findings& findings, const CellShare& own) const;
    void report_thresholds(Findings& findings) const;

    Cells cells_;
    StatisticsOptions options_;
    CellMoments moments_;
    std::vector<LogHistogram> histograms_;  // (quantities but the failure), cells: times, or 1
    std::vector<Exceedance> exceedances_;   // (thresholds), cells: times
};

}  // namespace kohort::uncertainty
