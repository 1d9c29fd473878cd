// The functions of IQM texts beyond those of all formulas. What they compute is that of IQM Tools 1.2.2, CVODEMEX/include
// (mexmathaddon.h, kineticformulas.h). Names that end in SB mean those that end in IQM, as in SBtoolbox2.
#pragma once

#include "model/functions.hpp"

namespace kohort::model {

/// piecewiseIQM, andIQM, mod, kinetic laws, ...; eq is exact equality, where IQM Tools takes differences below 2e-15 as equal.
[[nodiscard]] Dialect iqm_dialect();

}  // namespace kohort::model
