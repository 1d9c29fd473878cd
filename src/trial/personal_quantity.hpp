// A number of an arm's schedule that is each person's own, such as the size of a meal or the hour of a dose: an attribute of
// the cohort gives it.
#pragma once

#include "base/quantity.hpp"

#include <cstddef>
#include <string>

namespace kohort::trial {

struct PersonalQuantity {
    enum class Field { amount, dose_time, rate, duration, interval, value, change_time, lasting };
    std::string attribute;
    Field field = Field::amount;
    std::size_t entry = 0;  // of the arm's dosing for the first five fields, of its inputs for the others
    Place place;
};

}  // namespace kohort::trial
