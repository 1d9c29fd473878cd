#include "uncertainty/design_cohort.hpp"

#include "base/random.hpp"

#include <limits>
#include <utility>

namespace kohort::uncertainty {

namespace {

/// The standard normal score of a probability, ends included.
double score_of(double probability) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (probability <= 0) return -infinity;
    if (probability >= 1) return infinity;
    return normal_quantile(probability);
}

}  // namespace

DesignCohort::DesignCohort(std::unique_ptr<cohort::DrawnCohort> cohort)
    : cohort_(std::move(cohort)), inputs_(cohort_->drawn()) {}

cohort::Person DesignCohort::person(std::span<const double> coordinates) const {
    KOHORT_CHECK(coordinates.size() == inputs_.size());
    std::vector<double> scores(cohort_->attributes().size(), 0.0);
    for (std::size_t input = 0; input < inputs_.size(); ++input) scores[inputs_[input]] = score_of(coordinates[input]);
    return cohort_->person_of(scores);
}

cohort::Person DesignCohort::person(const Design& design, std::int64_t block, int place) const {
    std::vector<double> coordinates(inputs_.size());
    design.fill(block, place, coordinates);
    cohort::Person of_row = person(coordinates);
    of_row.twin_id = block * design.block_rows() + place;
    return of_row;
}

std::vector<cohort::Person> DesignCohort::people(const Design& design, std::int64_t first, std::int64_t last) const {
    std::vector<cohort::Person> people;
    people.reserve(static_cast<std::size_t>(last - first));
    const std::int64_t block_rows = design.block_rows();
    for (std::int64_t row = first; row < last; ++row)
        people.push_back(person(design, row / block_rows, static_cast<int>(row % block_rows)));
    return people;
}

}  // namespace kohort::uncertainty
