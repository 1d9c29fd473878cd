// From what a study asks to the objects that do it: the design, and the analysis for it.
#pragma once

#include "uncertainty/analysis.hpp"
#include "uncertainty/cell_statistics.hpp"
#include "uncertainty/design.hpp"
#include "uncertainty/study.hpp"

#include <memory>
#include <span>

namespace kohort::uncertainty {

/// Throws InputError where the design cannot be: too many inputs, a number of samples that does not divide.
[[nodiscard]] std::unique_ptr<Design> make_design(const UncertaintyStudy& study, std::uint64_t seed);

/// design must be make_design's of the same study, and outlive the analysis. thresholds: in the units of the cells.
[[nodiscard]] std::unique_ptr<Analysis> make_analysis(const UncertaintyStudy& study, const Design& design,
                                                      const Cells& cells, std::span<const QuantityRange> ranges,
                                                      std::vector<Threshold> thresholds);

}  // namespace kohort::uncertainty
