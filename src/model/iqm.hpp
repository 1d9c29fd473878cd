// Reads an IQM text (also SBtoolbox2, SBPOP, AZRsim) into a Model, in its ordinary or its biochemical layout.
//
//   * The format has no unit of time: a line `time_unit = min` in MODEL NOTES gives one, otherwise it is taken as a second,
//     with a remark. Units stand in comments: `k = 0.1 % [1/min] meaning`.
//   * States and variables are outputs, reactions are variables. A state without an initial value starts from 0.
//   * INPUT1, INPUT2, ... that the text does not define are inputs with default 0, for doses.
//   * {constraints:[low,high]} stops a state at its bounds, by a rate of 0 while it would leave them.
//
// Refused, because they would compute something else or nothing: fast reactions, some delays (iqm_delay.hpp), MATLAB
// functions in use, arrays beside reaction equations, and a^b^c, in which tools differ.
#pragma once

#include "model/model.hpp"

#include <string>
#include <string_view>

namespace kohort::model {

/// file is for messages. Throws InputError with line and column for anything that is wrong or refused.
[[nodiscard]] Model read_iqm(std::string_view text, const std::string& file);

}  // namespace kohort::model
