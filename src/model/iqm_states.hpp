// What IQM texts say of states beyond rates: initial values that may be left out, compartments, bounds.
#pragma once

#include "model/iqm_text.hpp"
#include "model/sund_context.hpp"

namespace kohort::model {

/// `0 = expression : Y` becomes an equation and, where the text does not give it, the start Y(0) = 0. Before states are named.
void prepare_equations(SundContext& sund);

/// After all rates.
void finish_iqm_states(SundContext& sund, const IqmText& text);

/// After all expressions. In the biochemical layout, where reactions change some states and others have a rate of their own, states
/// come to stand in the order of their initial values, those without one last: sums over states, such as a solver's norms, have
/// other bits in another order.
void order_states(SundContext& sund);

}  // namespace kohort::model
