// What is done to the twins, checked against the rest of the study.
#include "io/study_lookup.hpp"

namespace kohort::io {

using namespace trial;

namespace {

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

}  // namespace

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
        const double gap = seconds(find_id(study.visits, challenge.at[index])->at) -
                           seconds(find_id(study.visits, challenge.at[index - 1])->at);
        if (gap >= seconds(challenge.follow)) continue;
        throw InputError(challenge.place,
                         "the hours followed after visit \"" + challenge.at[index - 1] + "\" run into visit \"" +
                             challenge.at[index] + "\"",
                         "shorten follow");
    }
}

}  // namespace kohort::io
