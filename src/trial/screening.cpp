#include "trial/screening.hpp"

#include "base/text.hpp"
#include "trial/model_units.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kohort::trial {

namespace {

std::string written(const Quantity& quantity) {
    return shortest(quantity.value) + (quantity.unit.empty() || quantity.unit == "1" ? "" : " " + quantity.unit);
}

std::string words_of(const Criterion& criterion, bool excludes) {
    const std::string start = (excludes ? "not " : "") + criterion.name;
    if (criterion.min && criterion.max) {
        const bool same = criterion.min->unit == criterion.max->unit;
        return start + " " + (same ? shortest(criterion.min->value) : written(*criterion.min)) + " to " +
               written(*criterion.max);
    }
    return criterion.min ? start + " at least " + written(*criterion.min) : start + " at most " + written(*criterion.max);
}

const cohort::Attribute* find_attribute(std::span<const cohort::Attribute> attributes, const std::string& name) {
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](const cohort::Attribute& attribute) { return attribute.name == name; });
    return found == attributes.end() ? nullptr : &*found;
}

// "weight" or "weight@baseline"
const Outcome* find_outcome(const TrialStudy& study, const std::string& name) {
    const std::string id = name.substr(0, name.find('@'));
    const auto found = std::find_if(study.outcomes.begin(), study.outcomes.end(),
                                    [&](const Outcome& outcome) { return outcome.id == id; });
    return found == study.outcomes.end() ? nullptr : &*found;
}

class Planner {
public:
    Planner(const TrialStudy& study, std::span<const cohort::Attribute> attributes, const Symbols& symbols, Clock& clock)
        : study_(study),
          attributes_(attributes),
          symbols_(symbols),
          clock_(clock),
          first_treatment_(first_treatment(study, clock)) {}

    ScreeningPlan plan() {
        for (const bool measured : {false, true}) {
            for (const Criterion& criterion : study_.eligibility.include) add(criterion, false, measured);
            for (const Criterion& criterion : study_.eligibility.exclude) add(criterion, true, measured);
        }
        return std::move(plan_);
    }

private:
    void add(const Criterion& criterion, bool excludes, bool measured) {
        const cohort::Attribute* attribute = find_attribute(attributes_, criterion.name);
        if ((attribute == nullptr) != measured) return;
        BoundCriterion bound{.words = words_of(criterion, excludes), .excludes = excludes, .measured = measured};
        std::string unit;
        if (measured) {
            bound.index = column_of(criterion);
            unit = plan_.measured.columns[bound.index].unit;
        } else {
            bound.index = static_cast<std::size_t>(attribute - attributes_.data());
            unit = attribute->unit.empty() ? "1" : attribute->unit;
        }
        if (criterion.min) bound.min = in_model_unit(*criterion.min, unit, criterion.name);
        if (criterion.max) bound.max = in_model_unit(*criterion.max, unit, criterion.name);
        plan_.criteria.push_back(std::move(bound));
    }

    std::size_t column_of(const Criterion& criterion) {
        ColumnSet& set = plan_.measured;
        if (const Outcome* outcome = find_outcome(study_, criterion.name)) {
            ColumnSet all;
            append_columns(*outcome, study_, symbols_, clock_, all);
            return keep(criterion, all);
        }
        append_start_value(criterion.name, "", symbols_, criterion.place, set);
        return set.columns.size() - 1;
    }

    // Takes the column that the criterion means into the screening run: the named visit's, or the first.
    std::size_t keep(const Criterion& criterion, const ColumnSet& all) {
        std::size_t chosen = 0;
        if (criterion.name.find('@') != std::string::npos) {
            while (chosen < all.columns.size() && all.columns[chosen].name() != criterion.name) ++chosen;
            if (chosen == all.columns.size())
                throw InputError(criterion.place, "\"" + criterion.name + "\" is not measured",
                                 "name a visit at which the outcome is measured");
        }
        const auto source = static_cast<std::size_t>(all.columns[chosen].feature);
        const kernels::Feature& feature = all.features[source];
        if (feature.to > first_treatment_) {
            throw InputError(
                criterion.place,
                "\"" + criterion.name + "\" is measured after treatment begins, so it cannot decide who is treated",
                "measure it at an earlier visit, or let the arms begin later");
        }
        ColumnSet& set = plan_.measured;
        const auto row = static_cast<int>(set.features.size());
        set.features.push_back(feature);
        set.columns.push_back(all.columns[chosen]);
        set.columns.back().feature = row;
        if (!all.measurements.empty()) {
            set.measurements.push_back(all.measurements[source]);
            set.measurements.back().feature = row;
        }
        return set.columns.size() - 1;
    }

    const TrialStudy& study_;
    std::span<const cohort::Attribute> attributes_;
    const Symbols& symbols_;
    Clock& clock_;
    double first_treatment_;  // [model time]
    ScreeningPlan plan_;
};

}  // namespace

bool BoundCriterion::met_by(double value) const {
    if (std::isnan(value)) return false;
    const bool inside = min <= value && value <= max;
    return inside != excludes;
}

Verdict ScreeningPlan::judge_attributes(const cohort::Person& person) const {
    if (!person.plausible) return {Verdict::Kind::implausible, 0};
    for (std::size_t at = 0; at < criteria.size(); ++at) {
        const BoundCriterion& criterion = criteria[at];
        if (!criterion.measured && !criterion.met_by(person.value[criterion.index]))
            return {Verdict::Kind::missed_criterion, at};
    }
    return {};
}

Verdict ScreeningPlan::judge_measurements(TwinStatus status, FeatureView features) const {
    if (status != TwinStatus::ok) return {Verdict::Kind::could_not_be_run, 0};
    for (std::size_t at = 0; at < criteria.size(); ++at) {
        const BoundCriterion& criterion = criteria[at];
        if (criterion.measured && !criterion.met_by(measured.columns[criterion.index](features)))
            return {Verdict::Kind::missed_criterion, at};
    }
    return {};
}

ScreeningPlan plan_screening(const TrialStudy& study, std::span<const cohort::Attribute> attributes,
                             const Symbols& symbols, Clock& clock) {
    return Planner(study, attributes, symbols, clock).plan();
}

std::vector<const Criterion*> criteria_of_the_model(const TrialStudy& study, std::span<const cohort::Attribute> attributes) {
    std::vector<const Criterion*> found;
    for (const auto* criteria : {&study.eligibility.include, &study.eligibility.exclude}) {
        for (const Criterion& criterion : *criteria) {
            if (find_attribute(attributes, criterion.name) == nullptr && find_outcome(study, criterion.name) == nullptr)
                found.push_back(&criterion);
        }
    }
    return found;
}

void ScreeningCounts::add(const Verdict& verdict) {
    switch (verdict.kind) {
        case Verdict::Kind::eligible: ++counts_[0]; return;
        case Verdict::Kind::implausible: ++counts_[1]; return;
        case Verdict::Kind::could_not_be_run: ++counts_[2]; return;
        case Verdict::Kind::missed_criterion: ++counts_[3 + verdict.criterion]; return;
    }
}

std::int64_t ScreeningCounts::screened() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

}  // namespace kohort::trial
