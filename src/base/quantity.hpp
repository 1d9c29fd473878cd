// A number with its unit, as the user wrote it, and where.
#pragma once

#include "base/errors.hpp"

#include <string>

namespace kohort {

struct Quantity {
    double value = 0.0;
    std::string unit;  // UDUNITS spelling; "1" when dimensionless
    Place place;
};

}  // namespace kohort
