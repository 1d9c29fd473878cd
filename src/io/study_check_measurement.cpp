// What is asked of the twins, checked against the rest of the study.
#include "io/study_lookup.hpp"

#include <numeric>

namespace kohort::io {

using namespace trial;

namespace {

void check_window(const Outcome& outcome, const Quantity& limit, const std::string& limit_word) {
    const auto inside = [&](const std::optional<Quantity>& time) { return !time || seconds(*time) <= seconds(limit); };
    if (!inside(outcome.from) || !inside(outcome.to)) {
        throw InputError(outcome.place,
                         "the window of outcome \"" + outcome.id + "\" goes beyond " + limit_word + ", " + written(limit),
                         "move from and to before it");
    }
    const double from = outcome.from ? seconds(*outcome.from) : 0.0;
    const double to = outcome.to ? seconds(*outcome.to) : seconds(limit);
    if (from >= to)
        throw InputError(outcome.place, "the window of outcome \"" + outcome.id + "\" ends before it begins",
                         "from must be before to");
}

void check_value_at(const Outcome& outcome, const TrialStudy& study) {
    if (outcome.at.empty())
        throw InputError(outcome.place, "op: value_at needs at", "name the visits, such as at: [baseline]");
    if (!outcome.challenge.empty() || outcome.from || outcome.to) {
        throw InputError(outcome.place, "op: value_at takes visits (at), not a window or a challenge",
                         "leave out challenge, from and to");
    }
    check_visit_list(outcome.at, study, outcome.place);
}

/// Visits at which the outcome is measured; none when it is one number for the whole study.
std::vector<std::string> visits_of(const Outcome& outcome, const TrialStudy& study) {
    return outcome.challenge.empty() ? outcome.at : find_id(study.challenges, outcome.challenge)->at;
}

void check_endpoint_visit(const Endpoint& endpoint, const std::vector<std::string>& visits) {
    const std::string outcome = "outcome \"" + endpoint.of + "\"";
    if (endpoint.visit.empty()) {
        if (visits.size() <= 1) return;
        throw InputError(endpoint.place,
                         outcome + " is measured at several visits; endpoint \"" + endpoint.id + "\" must choose one",
                         "add visit: " + visits.back());
    }
    if (std::find(visits.begin(), visits.end(), endpoint.visit) != visits.end()) return;
    throw InputError(
        endpoint.place, outcome + " is not measured at visit \"" + endpoint.visit + "\"",
        visits.empty() ? "leave visit out: it is one number for the whole study" : suggest(endpoint.visit, visits));
}

void check_responder(const Endpoint& endpoint, const Outcome& outcome) {
    const bool has_limit = endpoint.at_most || endpoint.at_least;
    if (endpoint.type == "binary" && !has_limit) {
        throw InputError(endpoint.place, "binary endpoint \"" + endpoint.id + "\" does not say who responds",
                         "add at_most: or at_least:");
    }
    if (endpoint.type == "continuous" && has_limit) {
        throw InputError(endpoint.place,
                         "continuous endpoint \"" + endpoint.id + "\" has no use for at_most or at_least",
                         "leave them out, or make it type: binary");
    }
    const std::string unit = endpoint.value == "percent_change" ? "%" : outcome.unit;
    for (const auto& limit : {endpoint.at_most, endpoint.at_least}) {
        if (!limit || endpoint.transform != "none" || convertible(limit->unit, unit)) continue;
        throw InputError(limit->place,
                         "the limit " + written(*limit) + " cannot be compared with " + endpoint.value + " in " + unit,
                         "give it in " + unit);
    }
}

}  // namespace

void check_outcome(const Outcome& outcome, const TrialStudy& study) {
    check_unit(outcome.unit, outcome.place);
    const bool beyond = outcome.op.ends_with("_above") || outcome.op.ends_with("_below");
    if (beyond && !outcome.threshold)
        throw InputError(outcome.place, "op: " + outcome.op + " needs threshold",
                         "above or below what? add threshold: ...");
    if (!beyond && outcome.threshold)
        throw InputError(outcome.place, "op: " + outcome.op + " has no use for threshold", "leave it out");
    if (outcome.op.starts_with("time_") || outcome.op.starts_with("first_")) {
        if (!convertible(outcome.unit, "s"))
            throw InputError(outcome.place, "op: " + outcome.op + " gives a time, but unit is " + outcome.unit,
                             "use h, d or week");
    }
    if (outcome.op == "value_at") return check_value_at(outcome, study);
    if (!outcome.at.empty())
        throw InputError(outcome.place, "op: " + outcome.op + " looks at a window, not at visits",
                         "leave at out; give from and to, or a challenge");
    if (outcome.challenge.empty()) return check_window(outcome, study.duration, "the end of the study");
    check_window(outcome, require(study.challenges, outcome.challenge, "challenge", outcome.place).follow,
                 "what is followed");
}

void check_endpoint(const Endpoint& endpoint, const TrialStudy& study) {
    const Outcome& outcome = require(study.outcomes, endpoint.of, "outcome", endpoint.place);
    const std::vector<std::string> visits = visits_of(outcome, study);
    check_endpoint_visit(endpoint, visits);
    if (endpoint.value != "value" && (visits.size() < 2 || endpoint.visit == visits.front())) {
        throw InputError(endpoint.place,
                         "there is no earlier value for the " + endpoint.value + " of endpoint \"" + endpoint.id + "\"",
                         "the outcome must be measured at an earlier visit too");
    }
    check_responder(endpoint, outcome);
}

void check_criterion(const Criterion& criterion) {
    if (!criterion.min || !criterion.max) return;
    const UnitConverter to_min = unit_converter(criterion.max->unit, criterion.min->unit, criterion.max->place);
    if (to_min(criterion.max->value) < criterion.min->value) {
        throw InputError(criterion.place, "the limits of " + criterion.name + " leave nobody: min is above max",
                         "exchange them");
    }
}

void check_randomisation(const Randomisation& randomisation, const TrialStudy& study) {
    for (const auto& [arm, share] : randomisation.ratio) require(study.arms, arm, "arm", randomisation.place);
    for (const Arm& arm : study.arms) {
        if (randomisation.ratio.contains(arm.id)) continue;
        throw InputError(randomisation.place, "ratio says nothing about arm \"" + arm.id + "\"",
                         "give every arm a share of 1 or more");
    }
    if (randomisation.method == "simple" && !randomisation.blocks.empty()) {
        throw InputError(randomisation.place, "method: simple has no use for blocks",
                         "leave blocks out, or use method: permuted_block");
    }
    if (randomisation.method != "permuted_block") return;
    if (randomisation.blocks.empty())
        throw InputError(randomisation.place, "method: permuted_block needs blocks",
                         "add block sizes, such as blocks: [4]");
    const int shares = std::accumulate(randomisation.ratio.begin(), randomisation.ratio.end(), 0,
                                       [](int sum, const auto& entry) { return sum + entry.second; });
    for (const int block : randomisation.blocks) {
        if (block % shares == 0) continue;
        throw InputError(
            randomisation.place,
            "a block of " + std::to_string(block) + " cannot hold the ratio, which adds up to " + std::to_string(shares),
            "block sizes must be multiples of " + std::to_string(shares));
    }
}

void check_analysis(const Analysis& analysis, const TrialStudy& study) {
    const Endpoint& endpoint = require(study.endpoints, analysis.endpoint, "endpoint", analysis.place);
    require(study.arms, analysis.reference, "arm", analysis.place);
    const bool is_binary = analysis.method == "difference_of_proportions";
    if (is_binary != (endpoint.type == "binary")) {
        throw InputError(
            analysis.place,
            "method: " + analysis.method + " is not for the " + endpoint.type + " endpoint \"" + endpoint.id + "\"",
            endpoint.type == "binary" ? "use difference_of_proportions" : "use t_test or ancova");
    }
    if (analysis.method != "ancova" && !analysis.covariates.empty()) {
        throw InputError(analysis.place, "method: " + analysis.method + " takes no covariates",
                         "leave them out, or use ancova");
    }
    if (study.arms.size() < 2)
        throw InputError(analysis.place, "an analysis compares arms, and there is only one",
                         "add an arm, or leave analyses out");
    if (!study.randomisation)
        throw InputError(analysis.place, "an analysis needs a trial, and there is no randomisation",
                         "add a randomisation section");
}

}  // namespace kohort::io
