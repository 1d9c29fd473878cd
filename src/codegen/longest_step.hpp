// How long a step may be so that nothing that comes again and again passes unseen between two looks at a model.
#pragma once

#include "codegen/program.hpp"

namespace kohort::codegen {

/// [model time] an eighth of the shortest period of fmod, floor, sin, ... of time alone in the rates, event conditions and
/// observables, with the default parameters and inputs; 0 where there is none.
[[nodiscard]] double longest_step(const Program& program);

}  // namespace kohort::codegen
