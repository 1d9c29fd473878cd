// The range in which the values of each variable and feature are kept as whole numbers: what the user declares, or what the
// first runs of the design suggest, generously.
#pragma once

#include "uncertainty/cell_statistics.hpp"
#include "uncertainty/cells.hpp"

#include <optional>
#include <span>
#include <vector>

namespace kohort::uncertainty {

/// Runs from which ranges are taken.
inline constexpr int pilot_runs = 128;

/// declared: (variables, then features) [their units]. pilot: (runs, cells.count()) from first_values. Values that leave a
/// range later are refused and counted, never clipped. Throws InputError where nothing is declared and no pilot run has a value.
[[nodiscard]] std::vector<QuantityRange> find_ranges(const Cells& cells,
                                                     std::span<const std::optional<ValueGrid::Range>> declared,
                                                     std::span<const double> pilot);

}  // namespace kohort::uncertainty
