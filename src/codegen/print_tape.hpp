// Tapes as C++ statements.
#pragma once

#include "codegen/labels.hpp"

#include <functional>
#include <string>

namespace kohort::codegen {

/// Where the values of a tape go: the assignment's left side and a comment, for each output.
using OutputText = std::function<Label(std::size_t output)>;

/// Statements that compute tape's outputs with values of type V from t, y, p, u and h, one line for each of the modeller's
/// variables, each shared sub-expression and each output, and leave what it keeps in an array `kept`. indent blanks stand before every line.
[[nodiscard]] std::string print_tape(const Tape& tape, const Labels& labels, const OutputText& output, int indent);

}  // namespace kohort::codegen
