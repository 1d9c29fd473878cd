// A study of an oral drug, small enough to read what it schedules, and words for what it does.
#pragma once

#include "trial/bind.hpp"

#include "base/text.hpp"
#include "model/sund.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace kohort::trial {

using kernels::Action;
using kernels::Feature;
using Kind = kernels::Action::Kind;
using testing::ElementsAre;

inline constexpr const char* oral_drug = R"(########## NAME
oral
########## METADATA
timeunit = h
########## MACROS
########## STATES
d/dt(depot) = -KA*depot   // [mg]
d/dt(central) = KA*depot - CL/V*central + meal*0  // [mg]
d/dt(tally) = 0
d/dt(warmth) = 0  // [degC]
depot(0) = 0
central(0) = 0
tally(0) = 0
warmth(0) = 37
########## PARAMETERS
CL = 5    // [L/h] clearance
V = 50    // [L]
KA = 1.2  // [1/h]
odd = 1
########## VARIABLES
concentration = central/V  // [mg/L]
########## FUNCTIONS
########## EVENTS
########## INPUTS
meal = meal @ 0  // [kcal/min]
posture = posture @ 3
########## OUTPUTS
########## FEATURES
)";

inline Quantity quantity(const std::string& text) { return parse_quantity(text, {"study.yaml", 7, 3}); }

inline Dose dose(const std::string& time, const std::string& amount, const std::string& state = "depot") {
    Dose given;
    given.time = quantity(time);
    given.amount = quantity(amount);
    given.compartment = state;
    return given;
}

inline Outcome at_visits(const std::string& id, const std::string& of, std::vector<std::string> visits,
                         const std::string& unit) {
    Outcome outcome;
    outcome.id = id;
    outcome.of = of;
    outcome.op = "value_at";
    outcome.at = std::move(visits);
    outcome.unit = unit;
    return outcome;
}

inline InputChange change(const std::string& time, const std::string& input, const std::string& value,
                          const std::string& lasting = "") {
    InputChange made;
    if (!time.empty()) made.time = quantity(time);
    made.input = input;
    made.value = quantity(value);
    if (!lasting.empty()) made.lasting = quantity(lasting);
    return made;
}

/// One arm, visits at 0 and 1 d, over 2 d.
inline TrialStudy small_study() {
    TrialStudy study;
    study.model.solver.follow_moieties = false;  // so that states stand as in the text
    study.duration = quantity("2 d");
    study.arms.resize(1);
    study.arms[0].id = "drug";
    study.visits = {{"start", quantity("0 h"), {}}, {"day1", quantity("1 d"), {}}};
    study.outcomes = {at_visits("level", "concentration", {"start", "day1"}, "ug/mL")};
    return study;
}

inline BoundStudy bound(const TrialStudy& study, const std::vector<cohort::Attribute>& attributes = {}) {
    model::Model model = model::read_sund(oral_drug, "oral.txt");
    const codegen::LowerOptions options = lower_options(study, model, attributes);
    return bind_study(study, codegen::lower(std::move(model), options), attributes);
}

inline std::vector<Action> actions(const BoundStudy& study, const cohort::Person& person = {}, int arm = 0) {
    std::vector<Action> scheduled;
    study.trial.schedule(person, arm, scheduled);
    return scheduled;
}

/// "24 dose 0 100": time, kind, target, value
inline std::vector<std::string> words(const std::vector<Action>& scheduled) {
    const char* const kinds[] = {"input", "input+", "dose", "state", "parameter", "reset", "measure"};
    std::vector<std::string> lines;
    for (const Action& action : scheduled) {
        lines.push_back(shortest(action.time) + " " + kinds[static_cast<int>(action.kind)] + " " +
                        std::to_string(action.target));
        if (action.kind != Kind::measure) lines.back() += " " + shortest(action.value);
    }
    return lines;
}

inline std::string problem_of(const TrialStudy& study, const std::vector<cohort::Attribute>& attributes = {}) {
    try {
        (void)bound(study, attributes);
    } catch (const InputError& error) {
        return error.problem();
    }
    return "none";
}

inline cohort::Attribute number(const std::string& name, const std::string& unit) {
    cohort::Attribute attribute;
    attribute.name = name;
    attribute.unit = unit;
    return attribute;
}

inline Criterion limits(const std::string& name, const std::string& min, const std::string& max) {
    Criterion criterion;
    criterion.name = name;
    if (!min.empty()) criterion.min = quantity(min);
    if (!max.empty()) criterion.max = quantity(max);
    return criterion;
}

}  // namespace kohort::trial
