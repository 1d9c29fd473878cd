#include "io/study_check.hpp"

#include "base/mistakes.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "trial/columns.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace kohort::io {
namespace {

using namespace trial;

template <class Item>
std::vector<std::string> ids_of(const std::vector<Item>& items) {
    std::vector<std::string> ids;
    for (const Item& item : items) ids.push_back(item.id);
    return ids;
}

template <class Item>
const Item* find(const std::vector<Item>& items, const std::string& id) {
    const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.id == id; });
    return found == items.end() ? nullptr : &*found;
}

/// The item called id; word says what it is: "visit".
template <class Item>
const Item& require(const std::vector<Item>& items, const std::string& id, const char* word, const Place& place) {
    if (const Item* item = find(items, id)) return *item;
    const std::string none = items.empty() ? "this study has none" : suggest(id, ids_of(items));
    throw InputError(place, std::string("there is no ") + word + " \"" + id + "\"", none);
}

/// Names that result files use for their own columns.
bool is_reserved(const std::string& id) {
    static const std::set<std::string> reserved{"arm", "visit", "visit_time", "twin", "twin_id", "participant"};
    return reserved.contains(id) || id.ends_with("_BASE") || id.ends_with(trial::true_suffix);
}

template <class Item>
void check_ids(const std::vector<Item>& items, const std::string& word) {
    std::set<std::string> seen;
    for (const Item& item : items) {
        if (!seen.insert(item.id).second)
            throw InputError(item.place, "the " + word + " id \"" + item.id + "\" is given twice",
                             "give each its own id");
        if (is_reserved(item.id)) {
            throw InputError(item.place, "no " + word + " can be called \"" + item.id + "\": result files use this name",
                             "choose another id");
        }
    }
}

double seconds(const Quantity& time) { return value_in(time, "s"); }

std::string written(const Quantity& quantity) {
    return shortest(quantity.value) + (quantity.unit == "1" ? "" : " " + quantity.unit);
}

void check_dose(const Dose& dose, const TrialStudy& study) {
    if (seconds(dose.time) > seconds(study.duration)) {
        throw InputError(dose.place,
                         "this dose is given at " + written(dose.time) + ", after the end at " + written(study.duration),
                         "give it earlier, or lengthen duration");
    }
    if (dose.duration && dose.interval && seconds(*dose.duration) > seconds(*dose.interval)) {
        throw InputError(
            dose.place,
            "an infusion of " + written(*dose.duration) + " every " + written(*dose.interval) + " overlaps itself",
            "shorten dur or lengthen ii");
    }
}

void check_arm(const Arm& arm, const TrialStudy& study) {
    const bool doses = !arm.dosing.empty() || !arm.dosing_of.empty();
    if (!arm.control && !doses && arm.inputs.empty() && arm.parameters.empty()) {
        throw InputError(arm.place, "arm \"" + arm.id + "\" has no dosing, inputs or parameters",
                         "say what its people get, or give it role: control");
    }
    if (arm.adherence && !doses)
        throw InputError(arm.adherence->place, "arm \"" + arm.id + "\" has adherence, but no doses to take",
                         "leave it out");
    for_each_dose(arm, [&](const Dose& dose) { check_dose(dose, study); });
    for (const InputChange& change : arm.inputs) {
        if (!change.time)
            throw InputError(change.place, "\"time\" is missing", "say when the input changes, such as time: 0 week");
        if (seconds(*change.time) > seconds(study.duration)) {
            throw InputError(
                change.place,
                "this input changes at " + written(*change.time) + ", after the end at " + written(study.duration),
                "change it earlier, or lengthen duration");
        }
    }
}

void check_visits(const TrialStudy& study) {
    for (std::size_t visit = 0; visit < study.visits.size(); ++visit) {
        const Visit& here = study.visits[visit];
        if (seconds(here.at) > seconds(study.duration)) {
            throw InputError(
                here.place,
                "visit \"" + here.id + "\" at " + written(here.at) + " is after the end at " + written(study.duration),
                "move it forward, or lengthen duration");
        }
        if (visit > 0 && seconds(here.at) <= seconds(study.visits[visit - 1].at)) {
            throw InputError(here.place, "visit \"" + here.id + "\" is not after the visit before it",
                             "list visits in the order of their times");
        }
    }
}

/// Visits named in `at`: they exist, in the order of their times.
void check_visit_list(const std::vector<std::string>& at, const TrialStudy& study, const Place& place) {
    double previous = -1.0;
    for (const std::string& id : at) {
        const double time = seconds(require(study.visits, id, "visit", place).at);
        if (time <= previous)
            throw InputError(place, "visit \"" + id + "\" is out of order in at",
                             "name each visit once, earliest first");
        previous = time;
    }
}

void check_challenge(const Challenge& challenge, const TrialStudy& study) {
    if (challenge.at.empty())
        throw InputError(challenge.place, "at names no visit", "name the visits where it is given");
    check_visit_list(challenge.at, study, challenge.place);
    if (challenge.inputs.empty() && challenge.dosing.empty()) {
        throw InputError(challenge.place, "challenge \"" + challenge.id + "\" has neither inputs nor dosing",
                         "say what is given");
    }
    for (std::size_t index = 1; index < challenge.at.size(); ++index) {
        const double gap = seconds(find(study.visits, challenge.at[index])->at) -
                           seconds(find(study.visits, challenge.at[index - 1])->at);
        if (gap >= seconds(challenge.follow)) continue;
        throw InputError(challenge.place,
                         "the hours followed after visit \"" + challenge.at[index - 1] + "\" run into visit \"" +
                             challenge.at[index] + "\"",
                         "shorten follow");
    }
}

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

/// Visits at which the outcome is measured; none when it is one number for the whole study.
std::vector<std::string> visits_of(const Outcome& outcome, const TrialStudy& study) {
    return outcome.challenge.empty() ? outcome.at : find(study.challenges, outcome.challenge)->at;
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

}  // namespace

void check_study(const TrialStudy& study) {
    if (study.arms.empty()) throw InputError(study.model.place, "there are no arms", "add at least one under arms:");
    Mistakes mistakes;
    const auto each = [&](const auto& items, auto&& check) {
        for (const auto& item : items) mistakes.attempt([&] { check(item); });
    };
    mistakes.attempt([&] { check_ids(study.arms, "arm"); });
    mistakes.attempt([&] { check_ids(study.visits, "visit"); });
    mistakes.attempt([&] { check_ids(study.challenges, "challenge"); });
    mistakes.attempt([&] { check_ids(study.outcomes, "outcome"); });
    mistakes.attempt([&] { check_ids(study.endpoints, "endpoint"); });
    mistakes.attempt([&] { check_ids(study.analyses, "analysis"); });
    mistakes.attempt([&] { check_visits(study); });
    mistakes.throw_if_any();  // what follows looks things up by their ids
    each(study.arms, [&](const Arm& arm) { check_arm(arm, study); });
    each(study.challenges, [&](const Challenge& challenge) { check_challenge(challenge, study); });
    each(study.outcomes, [&](const Outcome& outcome) { check_outcome(outcome, study); });
    each(study.eligibility.include, check_criterion);
    each(study.eligibility.exclude, check_criterion);
    if (study.randomisation) mistakes.attempt([&] { check_randomisation(*study.randomisation, study); });
    mistakes.throw_if_any();
    each(study.endpoints, [&](const Endpoint& endpoint) { check_endpoint(endpoint, study); });
    mistakes.throw_if_any();
    each(study.analyses, [&](const Analysis& analysis) { check_analysis(analysis, study); });
    if (study.operating_characteristics && (study.analyses.empty() || !study.randomisation)) {
        mistakes.add({study.operating_characteristics->place,
                      "operating characteristics need randomisation and analyses",
                      "add both sections, or leave this one out"});
    }
    mistakes.throw_if_any();
}

}  // namespace kohort::io
