#include "cohort/drawn_cohort.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace kohort::cohort {

double DrawRule::value(double score, std::span<const double> earlier) const {
    if (margin) return margin->value(score);
    return strata[static_cast<std::size_t>(earlier[by])].value(score, earlier);
}

DrawnCohort::DrawnCohort(DrawPlan plan, std::uint64_t seed)
    : plan_(std::move(plan)),
      key_(random_key(seed)),
      anything_drawn_(std::any_of(plan_.rules.begin(), plan_.rules.end(),
                                  [](const Rule& rule) { return std::holds_alternative<DrawRule>(rule); })) {}

std::int64_t DrawnCohort::size() const { return plan_.table && !plan_.resample ? plan_.table->size() : -1; }

Person DrawnCohort::describe(std::int64_t twin_id) const {
    KOHORT_CHECK(twin_id >= 0 && (size() < 0 || twin_id < size()));
    const std::size_t row = row_of(twin_id);
    Person person;
    person.twin_id = twin_id;
    if (plan_.table) person.row = static_cast<std::int64_t>(row);
    person.value.resize(plan_.rules.size());
    person.lot_key = random_bits(key_, {.twin = twin_id, .purpose = Purpose::event_order});
    std::vector<double> scores(plan_.rules.size());
    const std::int64_t attempts = anything_drawn_ ? plan_.max_attempts : 1;
    for (std::int64_t attempt = 0; attempt < attempts; ++attempt) {
        draw_scores(twin_id, attempt, scores);
        fill(row, scores, person.value);
        person.plausible = is_plausible(person.value);
        person.attempts = anything_drawn_ || !plan_.table ? static_cast<std::int32_t>(attempt + 1) : 0;
        if (person.plausible) break;
    }
    return person;
}

std::size_t DrawnCohort::row_of(std::int64_t twin_id) const {
    if (!plan_.table) return 0;
    if (!plan_.resample) return static_cast<std::size_t>(twin_id);
    return static_cast<std::size_t>(uniform_below(key_, {.twin = twin_id, .purpose = Purpose::persons},
                                                  static_cast<std::uint64_t>(plan_.table->size())));
}

std::vector<std::size_t> DrawnCohort::drawn() const {
    std::vector<std::size_t> attributes;
    for (std::size_t attribute = 0; attribute < plan_.rules.size(); ++attribute) {
        if (std::holds_alternative<DrawRule>(plan_.rules[attribute])) attributes.push_back(attribute);
    }
    return attributes;
}

Person DrawnCohort::person_of(std::span<const double> scores) const {
    KOHORT_CHECK(scores.size() == plan_.rules.size() && !plan_.table);
    Person person;
    person.value.resize(plan_.rules.size());
    fill(0, scores, person.value);
    person.plausible = is_plausible(person.value);
    return person;
}

void DrawnCohort::draw_scores(std::int64_t twin_id, std::int64_t attempt, std::span<double> scores) const {
    for (std::size_t attribute = 0; attribute < scores.size(); ++attribute) {
        if (!std::holds_alternative<DrawRule>(plan_.rules[attribute])) continue;
        const bool is_covariate = plan_.attributes[attribute].role == Role::covariate;
        scores[attribute] = normal(key_, {.twin = twin_id,
                                          .purpose = is_covariate ? Purpose::covariates : Purpose::parameters,
                                          .occasion = static_cast<std::uint32_t>(attempt),
                                          .draw = plan_.draw[attribute]});
    }
}

void DrawnCohort::fill(std::size_t row, std::span<const double> scores, std::span<double> values) const {
    const std::size_t n_attributes = plan_.rules.size();
    const auto independent = [&](std::size_t attribute) { return scores[attribute]; };
    for (std::size_t attribute = 0; attribute < n_attributes; ++attribute) {
        const Rule& rule = plan_.rules[attribute];
        if (const auto* draw_rule = std::get_if<DrawRule>(&rule)) {
            values[attribute] = draw_rule->value(plan_.mixer.score(attribute, independent), values);
        } else if (const auto* formula = std::get_if<AttributeFormula>(&rule)) {
            values[attribute] = formula->value(values);
        } else if (const auto* bands = std::get_if<BandsRule>(&rule)) {
            const auto above = std::upper_bound(bands->edges.begin(), bands->edges.end(), values[bands->of]);
            values[attribute] = static_cast<double>(above - bands->edges.begin());
        } else if (const auto* column = std::get_if<ColumnRule>(&rule)) {
            values[attribute] = plan_.table->columns[column->column].value[row];
        }
    }
}

bool DrawnCohort::is_plausible(std::span<const double> values) const {
    const bool finite = std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
    return finite && std::all_of(plan_.limits.begin(), plan_.limits.end(), [&](const LimitRule& limit) {
               return limit.min <= values[limit.attribute] && values[limit.attribute] <= limit.max;
           });
}

}  // namespace kohort::cohort
