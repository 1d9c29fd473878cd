#include "uncertainty/cell_statistics.hpp"

#include "uncertainty/for_each_cell.hpp"
#include "uncertainty/triple.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace kohort::uncertainty {

namespace {

constexpr double smallest_share = 1e-4;  // of the largest value: what is below is told from 0 by nobody

template <class Get>
Field moment_field(const std::vector<MomentSummary>& moments, std::string name, std::string meaning, FieldUnit unit,
                   Get&& get) {
    Field field{.topic = "moments",
                .name = std::move(name),
                .meaning = std::move(meaning),
                .axes = {},
                .unit = unit,
                .whole = false,
                .values = {}};
    field.values.reserve(moments.size());
    for (const MomentSummary& of_cell : moments) field.values.push_back(static_cast<double>(get(of_cell)));
    return field;
}

}  // namespace

std::vector<ValueGrid> grids_of(const Cells& cells, std::span<const QuantityRange> ranges) {
    KOHORT_CHECK(std::ssize(ranges) == cells.n_quantities());
    std::vector<ValueGrid> grids;
    for (int cell = 0; cell < cells.count(); ++cell)
        grids.emplace_back(ranges[static_cast<std::size_t>(cells.quantity_of(cell))].range);
    return grids;
}

CellStatistics::CellStatistics(const Cells& cells, std::span<const QuantityRange> ranges, StatisticsOptions options)
    : cells_(cells), options_(std::move(options)), moments_(grids_of(cells, ranges)) {
    for (int quantity = 0; quantity + 1 < cells.n_quantities(); ++quantity) {
        const QuantityRange& range = ranges[static_cast<std::size_t>(quantity)];
        histograms_.emplace_back(LogHistogram::Options{.cells = quantity < cells.n_variables() ? cells.n_times() : 1,
                                                       .least = smallest_share * range.largest,
                                                       .most = range.largest,
                                                       .mirrored = range.signed_values,
                                                       .relative_error = options_.relative_error});
    }
    for (const Threshold& threshold : options_.thresholds)
        exceedances_.emplace_back(cells.n_times(), std::vector<double>{threshold.above});
}

CellStatistics::Place CellStatistics::place_of(int cell) const {
    const int quantity = cells_.quantity_of(cell);
    return {static_cast<std::size_t>(quantity), quantity < cells_.n_variables() ? cell - cells_.at(quantity, 0) : 0};
}

void CellStatistics::find(int cell, std::span<const double> values, Places& places) const {
    places.bins.resize(values.size());
    if (cell == cells_.failure()) return;
    const auto [quantity, time] = place_of(cell);
    histograms_[quantity].find(values, places.bins.data());
    histograms_[quantity].fetch(time, places.bins);
}

void CellStatistics::add(int cell, std::span<const double> values, const Places& places) {
    moments_.add(cell, values);
    if (cell == cells_.failure()) return;
    const auto [quantity, time] = place_of(cell);
    histograms_[quantity].count(time, places.bins);
    for (std::size_t threshold = 0; threshold < exceedances_.size(); ++threshold) {
        if (options_.thresholds[threshold].variable == static_cast<int>(quantity))
            exceedances_[threshold].add(time, values);
    }
}

void CellStatistics::add(int cell, std::span<const double> values) {
    Places places;
    find(cell, values, places);
    add(cell, values, places);
}

std::vector<StatePiece> CellStatistics::pieces() {
    std::vector<StatePiece> pieces{{moments_.integers()}, {moments_.extremes(), true}};
    for (LogHistogram& histogram : histograms_) pieces.push_back({histogram.integers()});
    for (Exceedance& exceedance : exceedances_) pieces.push_back({exceedance.integers()});
    return pieces;
}

void CellStatistics::report(Findings& findings, const CellShare& own) const {
    std::vector<MomentSummary> moments(static_cast<std::size_t>(cells_.count()));
    for_each_cell(own, [&](int cell) { moments[static_cast<std::size_t>(cell)] = moments_.summary(cell); });
    const auto add = [&](const char* name, const char* meaning, FieldUnit unit, auto get, bool whole = false) {
        findings.fields.push_back(moment_field(moments, name, meaning, unit, get));
        findings.fields.back().whole = whole;
    };
    using M = MomentSummary;
    add("count", "runs with a value in range", FieldUnit::none, [](const M& m) { return m.count; }, true);
    add(
        "missing", "runs without a value: they failed, or the value does not exist", FieldUnit::none,
        [](const M& m) { return m.missing; }, true);
    add(
        "out_of_range", "runs whose value lies outside the range that values are kept in", FieldUnit::none,
        [](const M& m) { return m.out_of_range; }, true);
    add("mean", "mean", FieldUnit::of_cell, [](const M& m) { return m.mean; });
    add("sd", "standard deviation", FieldUnit::of_cell, [](const M& m) { return std::sqrt(m.variance); });
    add("skewness", "skewness", FieldUnit::none, [](const M& m) { return m.skewness; });
    add("excess_kurtosis", "kurtosis less 3", FieldUnit::none, [](const M& m) { return m.excess_kurtosis; });
    add("minimum", "least value", FieldUnit::of_cell, [](const M& m) { return m.minimum; });
    add("maximum", "greatest value", FieldUnit::of_cell, [](const M& m) { return m.maximum; });
    report_quantiles(findings, own);
    report_thresholds(findings);
}

void CellStatistics::report_quantiles(Findings& findings, const CellShare& own) const {
    if (options_.probabilities.empty()) return;
    Field field = empty_field(
        "quantiles", "value",
        "quantile, within the relative error of the study; 0 stands for all below 1e-4 of the largest value expected",
        {{.name = "probability", .labels = {}, .values = options_.probabilities, .unit = "1"}}, cells_.count());
    field.unit = FieldUnit::of_cell;
    for_each_cell(own.within(0, cells_.failure()), [&](int cell) {
        const auto [quantity, time] = place_of(cell);
        auto place = static_cast<std::size_t>(cell);
        for (const double p : options_.probabilities) {
            field.values[place] = histograms_[quantity].quantile(time, p);
            place += static_cast<std::size_t>(cells_.count());
        }
    });
    findings.fields.push_back(std::move(field));
}

void CellStatistics::report_thresholds(Findings& findings) const {
    if (exceedances_.empty()) return;
    Field field{.topic = "exceedance",
                .name = "probability",
                .meaning = "share of the runs above the threshold",
                .axes = {{.name = "threshold", .labels = {}, .values = {}, .unit = {}}},
                .unit = FieldUnit::none,
                .whole = false,
                .values = {}};
    for (std::size_t threshold = 0; threshold < exceedances_.size(); ++threshold) {
        field.axes.front().labels.push_back(options_.thresholds[threshold].label);
        std::vector<double> row(static_cast<std::size_t>(cells_.count()), std::numeric_limits<double>::quiet_NaN());
        for (int time = 0; time < cells_.n_times(); ++time) {
            row[static_cast<std::size_t>(cells_.at(options_.thresholds[threshold].variable, time))] = exceedances_[threshold]
                                                                                                          .probability(
                                                                                                              time, 0);
        }
        field.values.insert(field.values.end(), row.begin(), row.end());
    }
    findings.fields.push_back(std::move(field));
}

}  // namespace kohort::uncertainty
