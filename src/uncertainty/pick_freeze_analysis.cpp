#include "uncertainty/pick_freeze_analysis.hpp"

#include "uncertainty/triple.hpp"

#include <utility>

namespace kohort::uncertainty {

namespace {

PickFreezeSums::Shape shape_of(const PickFreeze& design, const Cells& cells) {
    return {.cells = cells.count(),
            .groups = design.frozen(),
            .replicates = design.options().replicates,
            .second_order = design.options().second_order};
}

}  // namespace

PickFreezeAnalysis::PickFreezeAnalysis(const PickFreeze& design, const Cells& cells, std::span<const QuantityRange> ranges,
                                       CellStatistics statistics, IndexOptions options)
    : design_(design),
      cells_(cells),
      sums_(shape_of(design, cells), grids_of(cells, ranges)),
      statistics_(std::move(statistics)),
      options_(std::move(options)) {}

void PickFreezeAnalysis::add(std::int64_t block, std::span<const double> values) {
    sums_.add(design_.replicate_of(block), values);
    const auto cells = static_cast<std::size_t>(cells_.count());
    const std::size_t sample = cells * static_cast<std::size_t>(design_.rows_of_sample());
    for (std::size_t first = 0; first < values.size(); first += sample) {
        statistics_.add(values.subspan(first, cells));          // a
        statistics_.add(values.subspan(first + cells, cells));  // b
    }
}

std::vector<StatePiece> PickFreezeAnalysis::pieces() {
    std::vector<StatePiece> pieces = statistics_.pieces();
    pieces.push_back({sums_.integers()});
    return pieces;
}

PickFreezeAnalysis::Jackknifed PickFreezeAnalysis::jackknifed(int cell) const {
    Jackknifed sums;
    for (int without = -1; without < sums_.shape().replicates; ++without) sums.push_back(sums_.cell(cell, without));
    return sums;
}

Interval PickFreezeAnalysis::interval(const Jackknifed& sums, const std::function<double(const CellSums&)>& estimate) const {
    return jackknife(sums_.shape().replicates, options_.level,
                     [&](int without) { return estimate(sums[static_cast<std::size_t>(without + 1)]); });
}

Axis PickFreezeAnalysis::groups(std::string name) const {
    return {.name = std::move(name), .labels = options_.groups, .values = {}, .unit = {}};
}

void PickFreezeAnalysis::report(Findings& findings) const {
    statistics_.report(findings);
    report_indices(findings);
    report_samples(findings);
}

void PickFreezeAnalysis::report_samples(Findings& findings) const {
    const int n_cells = cells_.count();
    const std::string& topic = findings.topic;
    Field samples = empty_field(topic, "samples", "base samples of which every run has a value in range", {}, n_cells);
    Field missing = empty_field(topic, "missing", "base samples left out because a run has no value", {}, n_cells);
    Field out = empty_field(topic, "out_of_range", "base samples left out because a value is out of range", {}, n_cells);
    for (int cell = 0; cell < n_cells; ++cell) {
        const CellSums sums = sums_.cell(cell);
        const auto at = static_cast<std::size_t>(cell);
        samples.values[at] = static_cast<double>(sums.samples);
        missing.values[at] = static_cast<double>(sums.missing);
        out.values[at] = static_cast<double>(sums.out_of_range);
    }
    for (Field* field : {&samples, &missing, &out}) {
        field->whole = true;
        findings.fields.push_back(std::move(*field));
    }
}

}  // namespace kohort::uncertainty
