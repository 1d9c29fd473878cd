// How the persons of a described cohort come about: one rule for each attribute, in order, each seeing the values before it.
#pragma once

#include "base/random.hpp"
#include "cohort/attribute_formula.hpp"
#include "cohort/cohort.hpp"
#include "cohort/correlation.hpp"
#include "cohort/margin.hpp"
#include "cohort/persons_table.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <variant>
#include <vector>

namespace kohort::cohort {

/// Draws from a margin, or from that of the stratum which an earlier categorical attribute chooses.
struct DrawRule {
    std::unique_ptr<const Margin> margin;  // null where there are strata
    std::size_t by = 0;                    // attribute
    std::vector<DrawRule> strata;          // (n_levels of by)
    [[nodiscard]] double value(double score, std::span<const double> earlier) const;
};

struct BandsRule {
    std::size_t of = 0;         // attribute
    std::vector<double> edges;  // [unit of that attribute] ascending
};

struct ColumnRule {
    std::size_t column = 0;  // of the table
};

using Rule = std::variant<DrawRule, AttributeFormula, BandsRule, ColumnRule>;

/// A person is plausible when min <= value <= max.
struct LimitRule {
    std::size_t attribute = 0;
    double min = 0.0;  // [unit of the attribute]
    double max = 0.0;
};

struct DrawPlan {
    std::vector<Attribute> attributes;
    std::vector<Rule> rules;          // (n_attributes)
    std::vector<std::uint32_t> draw;  // (n_attributes) a number of its own, made from its name
    ScoreMixer mixer;
    std::vector<LimitRule> limits;
    std::int64_t max_attempts = 1;
    std::shared_ptr<const PersonsTable> table;  // null: nobody is read
    bool resample = false;
};

class DrawnCohort final : public Cohort {
public:
    DrawnCohort(DrawPlan plan, std::uint64_t seed);
    [[nodiscard]] const std::vector<Attribute>& attributes() const override { return plan_.attributes; }
    [[nodiscard]] std::int64_t size() const override;
    [[nodiscard]] Person describe(std::int64_t twin_id) const override;

    /// Attributes that are drawn from a distribution, ascending; the others follow from them, from a table, or are bands.
    [[nodiscard]] std::vector<std::size_t> drawn() const;
    /// The person of these independent standard normal scores, (n_attributes), of which those of drawn() are looked at:
    /// for designs that choose the scores themselves. Nobody is drawn again, so `plausible` may be false. Needs no table.
    [[nodiscard]] Person person_of(std::span<const double> scores) const;

private:
    [[nodiscard]] std::size_t row_of(std::int64_t twin_id) const;
    void draw_scores(std::int64_t twin_id, std::int64_t attempt, std::span<double> scores) const;
    void fill(std::size_t row, std::span<const double> scores, std::span<double> values) const;
    [[nodiscard]] bool is_plausible(std::span<const double> values) const;

    DrawPlan plan_;
    RandomKey key_;
    bool anything_drawn_;
};

/// make_cohort, for those who choose scores themselves.
[[nodiscard]] std::unique_ptr<DrawnCohort> make_drawn_cohort(const CohortDescription& description, std::uint64_t seed);

}  // namespace kohort::cohort
