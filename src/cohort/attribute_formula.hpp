// A derived attribute: `BMI: {formula: weight / height^2, unit: kg/m2}`. The formula computes with the numbers of earlier
// attributes in their own units. Where it is made of products, quotients, whole powers and sums of attributes only, its
// unit is known and must be the declared one; a formula with numbers in it may carry any unit.
#pragma once

#include "cohort/cohort.hpp"
#include "model/graph.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kohort::cohort {

class AttributeFormula {
public:
    /// Parses text over the earlier attributes. Throws InputError with place for a wrong formula, an attribute that is not
    /// there or comes later, or a unit that the formula cannot have.
    AttributeFormula(const std::string& text, const Place& place, std::span<const Attribute> earlier, const std::string& unit);

    /// values: (n_earlier or more) [their units].
    [[nodiscard]] double value(std::span<const double> values) const;

private:
    struct Step {
        model::Op op = model::Op::constant;
        double constant = 0.0;              // Op::constant
        std::uint32_t attribute = 0;        // Op::parameter
        std::uint32_t a = 0, b = 0, c = 0;  // earlier steps
    };
    std::vector<Step> steps_;  // arguments before users; the last is the result
};

}  // namespace kohort::cohort
