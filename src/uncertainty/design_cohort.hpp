// The people of a design: every row is one person, whose attributes are what the row's probabilities make of the inputs'
// distributions and their correlations.
#pragma once

#include "cohort/drawn_cohort.hpp"
#include "uncertainty/design.hpp"

#include <memory>
#include <vector>

namespace kohort::uncertainty {

class DesignCohort {
public:
    /// Throws InputError where an attribute is neither drawn nor follows from drawn ones.
    explicit DesignCohort(std::unique_ptr<cohort::DrawnCohort> cohort);

    [[nodiscard]] const std::vector<cohort::Attribute>& attributes() const { return cohort_->attributes(); }
    /// Attributes that are drawn: the inputs of a design, in this order.
    [[nodiscard]] const std::vector<std::size_t>& inputs() const { return inputs_; }
    /// [probability] (inputs). The ends 0 and 1 are the ends of the distributions.
    [[nodiscard]] cohort::Person person(std::span<const double> coordinates) const;
    /// The person of row `place` of a block.
    [[nodiscard]] cohort::Person person(const Design& design, std::int64_t block, int place) const;
    /// Those of rows [first, last), counted through the design's blocks.
    [[nodiscard]] std::vector<cohort::Person> people(const Design& design, std::int64_t first, std::int64_t last) const;

private:
    std::unique_ptr<cohort::DrawnCohort> cohort_;
    std::vector<std::size_t> inputs_;
};

}  // namespace kohort::uncertainty
