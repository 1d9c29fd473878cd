#include "uncertainty/pick_freeze_analysis.hpp"

#include "kernels/share_out.hpp"
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
      options_(std::move(options)),
      jackknife_(design.options().replicates, options_.level) {}

void PickFreezeAnalysis::add(std::int64_t block, const BlockValues& values) {
    const int replicate = design_.replicate_of(block);
    const auto rows = static_cast<std::size_t>(design_.rows_of_sample());
    kernels::share_out({}, "uncertainty::add_base_samples", cells_.count(), [&](int first, int last) {
        std::vector<double> of_cell(static_cast<std::size_t>(values.rows()));
        std::vector<double> a_and_b(2 * of_cell.size() / rows);
        PickFreezeSums::Scratch scratch;
        CellStatistics::Places places;
        for (int cell = first; cell < last; ++cell) {
            values.read(cell, of_cell);
            for (std::size_t at = 0; at < a_and_b.size(); ++at) a_and_b[at] = of_cell[at / 2 * rows + at % 2];
            statistics_.find(cell, a_and_b, places);
            if (cell + 1 < last) sums_.fetch(replicate, cell + 1);
            sums_.add(replicate, cell, of_cell, scratch);
            statistics_.add(cell, a_and_b, places);
        }
    });
}

std::vector<StatePiece> PickFreezeAnalysis::pieces() {
    std::vector<StatePiece> pieces = statistics_.pieces();
    pieces.push_back({sums_.integers()});
    return pieces;
}

Axis PickFreezeAnalysis::groups(std::string name) const {
    return {.name = std::move(name), .labels = options_.groups, .values = {}, .unit = {}};
}

void PickFreezeAnalysis::report(Findings& findings, engine::Communicator& communicator) const {
    const CellShare own = share_of(cells_.count(), communicator);
    statistics_.report(findings, own);
    report_indices(findings, communicator);
    report_samples(findings, own);
}

void PickFreezeAnalysis::report_samples(Findings& findings, const CellShare& own) const {
    const int n_cells = cells_.count();
    const std::string& topic = findings.topic;
    Field samples = empty_field(topic, "samples", "base samples of which every run has a value in range", {}, n_cells);
    Field missing = empty_field(topic, "missing", "base samples left out because a run has no value", {}, n_cells);
    Field out = empty_field(topic, "out_of_range", "base samples left out because a value is out of range", {}, n_cells);
    for (int cell = own.first; cell < own.last; ++cell) {
        const CellSums sums = sums_.without_frozen(cell);
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
