// Reads SUND texts (arXiv 2510.13932): eleven sections of `name = body`.
//
//   NAME METADATA MACROS STATES PARAMETERS VARIABLES FUNCTIONS EVENTS OUTPUTS INPUTS FEATURES
//
//   header       `########## STATES`: ten #, one space, the name. All eleven must be there, in any order; they may be empty
//   comment      // or # to the end of the line (\# is a #), and /* ... */
//   body         goes on over following lines that have no `=` of their own; a final semicolon is ignored
//   METADATA     time_unit = ns | us | ms | s | m (minute) | h | d | y (365.25 d); texts in """...""" are for people
//   MACROS       A = piece of an expression
//   STATES       d/dt(X) = rate, or ddt_X = rate; X(0) = initial value over parameters, inputs with a default, variables
//                without states, and the initial values above it. 0 = ... is refused: no algebraic equations yet
//   PARAMETERS   p = number
//   VARIABLES    v = expression over `time` and all but the variables below it
//   FUNCTIONS    f(a, b) = expression over its arguments and the functions above it
//   EVENTS       e = condition, target, value, target, value ...: fires when the condition rises above one half; targets
//                are states and parameters; all values are those before the event
//   OUTPUTS      shared name = expression
//   INPUTS       local name = shared name @ default; or an expression with one shared name, or `module:name`
//   FEATURES     any text up to `=` = expression [unit]
//
// Expressions are those of model/expression.hpp and functions.hpp. The comment on a line is the quantity's note:
// `k = 1.5 // [1/h] absorption; source`.
#pragma once

#include "model/model.hpp"

#include <string>
#include <string_view>

namespace kohort::model {

/// Reads one SUND text. file is for messages. Throws InputError with file, line, column and symbol for whatever cannot be
/// read exactly; what is harmless but not quite right is read and noted in Model::remarks.
[[nodiscard]] Model read_sund(std::string_view text, const std::string& file);

}  // namespace kohort::model
