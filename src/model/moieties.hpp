// Conserved moieties: sums of states that no reaction changes, found from the structure of the rates alone.
#pragma once

#include "model/model.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kohort::model {

struct MoietyPart {
    std::uint32_t state = 0;
    double coefficient = 1.0;
};

/// The sum of coefficient times state stays as it is, unless an event or a dose changes it. The last part has coefficient 1 and is
/// the last of the moiety in the order that was asked for; no other moiety contains it.
using Moiety = std::vector<MoietyPart>;

struct Conservation {
    std::vector<std::uint32_t> at_rest;  // states whose rate is 0
    std::vector<Moiety> moieties;        // of the others: a basis of all linear ones
};

/// Rates are taken apart at + - and at factors that are numbers; what remains are fluxes. Sums that are conserved for another
/// reason (because two fluxes have equal values, say) are not seen. order: all states; a late one is last in a moiety rather
/// than an early one.
[[nodiscard]] Conservation find_conservation(const Model& model, std::span<const std::uint32_t> order);

/// In the model's own order.
[[nodiscard]] Conservation find_conservation(const Model& model);

}  // namespace kohort::model
