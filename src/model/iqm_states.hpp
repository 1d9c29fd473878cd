// What IQM texts say of states beyond rates: initial values that may be left out, compartments, bounds.
#pragma once

#include "model/iqm_text.hpp"
#include "model/sund_context.hpp"

namespace kohort::model {

/// `0 = expression : Y` becomes an equation and, where the text does not give it, the start Y(0) = 0. Before states are named.
void prepare_equations(SundContext& sund);

/// After all rates.
void finish_iqm_states(SundContext& sund, const IqmText& text);

}  // namespace kohort::model
