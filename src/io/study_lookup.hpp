// Finding things of a study by their ids, and saying so when they are not there. For the files study_check*.cpp.
#pragma once

#include "base/text.hpp"
#include "base/units.hpp"
#include "trial/study.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace kohort::io {

template <class Item>
std::vector<std::string> ids_of(const std::vector<Item>& items) {
    std::vector<std::string> ids;
    for (const Item& item : items) ids.push_back(item.id);
    return ids;
}

template <class Item>
const Item* find_id(const std::vector<Item>& items, const std::string& id) {
    const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.id == id; });
    return found == items.end() ? nullptr : &*found;
}

/// The item called id; word says what it is: "visit".
template <class Item>
const Item& require(const std::vector<Item>& items, const std::string& id, const char* word, const Place& place) {
    if (const Item* item = find_id(items, id)) return *item;
    const std::string none = items.empty() ? "this study has none" : suggest(id, ids_of(items));
    throw InputError(place, std::string("there is no ") + word + " \"" + id + "\"", none);
}

inline double seconds(const Quantity& time) { return value_in(time, "s"); }

inline std::string written(const Quantity& quantity) {
    return shortest(quantity.value) + (quantity.unit == "1" ? "" : " " + quantity.unit);
}

/// Visits named in `at` of an outcome or a challenge: they exist, in the order of their times. Throws InputError.
void check_visit_list(const std::vector<std::string>& at, const trial::TrialStudy& study, const Place& place);

// One item each, against the rest of the study. They throw InputError. Challenges come before outcomes, and outcomes before
// endpoints: the later look up the earlier.
void check_arm(const trial::Arm& arm, const trial::TrialStudy& study);
void check_challenge(const trial::Challenge& challenge, const trial::TrialStudy& study);
void check_outcome(const trial::Outcome& outcome, const trial::TrialStudy& study);
void check_endpoint(const trial::Endpoint& endpoint, const trial::TrialStudy& study);
void check_criterion(const trial::Criterion& criterion);
void check_randomisation(const trial::Randomisation& randomisation, const trial::TrialStudy& study);
void check_analysis(const trial::Analysis& analysis, const trial::TrialStudy& study);

}  // namespace kohort::io
