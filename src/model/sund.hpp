// Reads SUND texts: arXiv 2510.13932; the grammar is described in src/README.md.
#pragma once

#include "model/model.hpp"

#include <string>
#include <string_view>

namespace kohort::model {

/// Reads one SUND text. file is for messages. Throws InputError with file, line, column and symbol for whatever cannot be
/// read exactly; what is harmless but not quite right is read and noted in Model::remarks. Algebraic equations (0 = ...)
/// are refused.
[[nodiscard]] Model read_sund(std::string_view text, const std::string& file);

}  // namespace kohort::model
