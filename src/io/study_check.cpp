#include "io/study_check.hpp"

#include "base/mistakes.hpp"
#include "io/study_lookup.hpp"
#include "trial/columns.hpp"

#include <set>

namespace kohort::io {
namespace {

using namespace trial;

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
