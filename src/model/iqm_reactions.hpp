// Reactions of the biochemical layout: `2*A + B <=> C : R` with `vf = rate` and `vr = rate`.
#pragma once

#include "model/iqm_text.hpp"
#include "model/sund_context.hpp"

#include <string>

namespace kohort::model {

/// The line of the equation. Throws InputError for what is not one.
[[nodiscard]] IqmReaction read_equation(const TextLine& line, const std::string& file);

/// Makes every species that is neither a parameter nor a variable a state, in the order of their initial values and then
/// of the reactions. After the states that have rates of their own.
void name_species(SundContext& sund, const IqmText& text);

/// Defines the reactions' rates as variables, and from them the rates of species. Before the rates of other states, which may use reactions.
void read_reactions(SundContext& sund, const IqmText& text);

}  // namespace kohort::model
