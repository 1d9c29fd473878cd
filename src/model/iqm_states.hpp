// What IQM texts say of states beyond rates: initial values that may be left out, compartments, bounds.
#pragma once

#include "model/iqm_text.hpp"
#include "model/sund_context.hpp"

namespace kohort::model {

/// After all rates.
void finish_iqm_states(SundContext& sund, const IqmText& text);

}  // namespace kohort::model
