// Do a model's units balance? Every expression is followed with the units of what it is made of. For warnings only: numbers
// are never converted by it.
//
// A number in a formula has no unit: it fits everywhere but in a sum with something that has one. A product with a number
// may be a conversion, so after it only the kind of unit is compared (mass, volume, ...) and not its size (mg or g). What has no
// unit, or one that is not known, fits everything.
#pragma once

#include "model/model.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace kohort::model {

struct UnitBalance {
    std::vector<std::string> imbalances;  // each with its place
    std::vector<std::string> unknown;     // units that are none, each with its place
    std::vector<std::string> missing;     // places and names of states, parameters and inputs without a unit
    std::size_t with_unit = 0;            // states, parameters and inputs
};

[[nodiscard]] UnitBalance balance_units(const Model& model);

}  // namespace kohort::model
