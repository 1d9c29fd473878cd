// How units may be written: what UDUNITS would take, but a reader could take in another way, is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kohort {

/// A multiplication without sign after a division, outside brackets: "mg/kg d", "mL/min/1.73m2".
[[nodiscard]] bool is_ambiguous_unit(std::string_view unit);

/// The reason why the text cannot be a unit, or nothing.
[[nodiscard]] std::optional<std::string> complaint_about_unit_text(std::string_view unit);

}  // namespace kohort
