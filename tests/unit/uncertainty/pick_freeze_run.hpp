// Runs a pick-freeze design through functions of the unit cube.
#pragma once

#include "known_functions.hpp"
#include "table_values.hpp"
#include "uncertainty/pick_freeze.hpp"
#include "uncertainty/pick_freeze_sums.hpp"

#include <numeric>
#include <utility>
#include <vector>

namespace kohort::uncertainty {

/// 0, 1, ..., inputs - 1
inline std::vector<int> each_input_alone(std::size_t inputs) {
    std::vector<int> group_of(inputs);
    std::iota(group_of.begin(), group_of.end(), 0);
    return group_of;
}

/// A base sample of a replicate: values (rows of a sample, functions)
inline std::vector<double> run_sample(const PickFreeze& design, const std::vector<KnownFunction>& functions,
                                      int replicate, std::int64_t sample) {
    std::vector<double> values;
    Point point(static_cast<std::size_t>(design.inputs()));
    const std::int64_t first = design.number({.replicate = replicate, .sample = sample});
    for (int place = 0; place < design.rows_of_sample(); ++place) {
        const auto row = design.row(first + place);
        for (int input = 0; input < design.inputs(); ++input) {
            point[static_cast<std::size_t>(input)] = design.at(row, input);
        }
        for (const KnownFunction& function : functions) values.push_back(function.value(point));
    }
    return values;
}

/// Base samples of a replicate to all cells. values: (samples, rows of a sample, cells), cell fastest
inline void add_samples(PickFreezeSums& sums, int replicate, std::span<const double> values) {
    PickFreezeSums::Scratch scratch;
    const auto n_cells = static_cast<std::size_t>(sums.shape().cells);
    for (std::size_t cell = 0; cell < n_cells; ++cell)
        sums.add(replicate, static_cast<int>(cell), column_of(values, n_cells, cell), scratch);
}

inline PickFreezeSums empty_sums(const PickFreeze& design, const std::vector<KnownFunction>& functions) {
    std::vector<ValueGrid> grids;
    for (const KnownFunction& function : functions) grids.push_back(ValueGrid({function.low, function.high}));
    return {{.cells = static_cast<int>(functions.size()),
             .groups = design.groups(),
             .replicates = design.options().replicates,
             .second_order = design.options().second_order},
            std::move(grids)};
}

/// All samples of a design, one cell for each function.
inline PickFreezeSums run_all(const PickFreeze& design, const std::vector<KnownFunction>& functions) {
    PickFreezeSums sums = empty_sums(design, functions);
    std::vector<double> block;
    for (int replicate = 0; replicate < design.options().replicates; ++replicate) {
        for (std::int64_t sample = 0; sample < design.options().samples; ++sample) {
            const auto values = run_sample(design, functions, replicate, sample);
            block.insert(block.end(), values.begin(), values.end());
            if ((sample + 1) % block_samples == 0) {
                add_samples(sums, replicate, block);
                block.clear();
            }
        }
    }
    return sums;
}

}  // namespace kohort::uncertainty
