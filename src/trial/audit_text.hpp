// What the audit of mixed precision found, in words.
#pragma once

#include "engine/audit.hpp"
#include "trial/columns.hpp"

#include <span>
#include <string>
#include <vector>

namespace kohort::trial {

/// "weight@week52 of twin 17 in arm drug, 81.25 kg against 81.26 kg in double: 12 tolerances", or "none".
[[nodiscard]] std::string words_of(const engine::AuditFinding& finding, std::span<const Column> columns,
                                   std::span<const std::string> arms);

/// One line for a study that passed; for one that did not, lines that nobody overlooks.
[[nodiscard]] std::string audit_text(const engine::Audit& audit, std::span<const Column> columns,
                                     std::span<const std::string> arms);

}  // namespace kohort::trial
