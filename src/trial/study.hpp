// A virtual trial as the user describes it. The reader (io) fills these; names follow the study file key by key.
// Nothing here knows a model: symbols are names, quantities carry the user's units; trial::bind resolves both.
#pragma once

#include "base/precision.hpp"
#include "base/quantity.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kohort::trial {

struct Solver {
    std::string method = "rodas4";  // rodas4 | rodas4p2 | rodas5p | tsit5 | taylor
    double rtol = 1e-6;
    std::optional<double> atol;        // [each state's unit]; absent: fitted to each state, engine/tolerances.hpp
    std::optional<Quantity> step;      // a time: every step is that long, and no error is controlled; tsit5 only
    std::optional<Quantity> max_step;  // a time
    std::int64_t max_steps = 1'000'000;
    Precision precision = Precision::double_only;
    std::int64_t audit = 64;      // twins that are run in double as well, where precision is mixed
    bool follow_moieties = true;  // what follows from conserved sums is not solved for
};

struct ModelChoice {
    std::string use;   // a shipped model's name, or empty
    std::string file;  // a model text, or empty; relative to the study file
    Solver solver;
    bool prepare_steady_state = false;
    std::map<std::string, Quantity> prepare_holding;  // inputs held at these values until the steady state is reached
    std::map<std::string, Quantity> parameters;       // fixed values for every twin and arm
    std::map<std::string, Quantity> inputs;
    Place place;
};

/// One dosing record in NONMEM's words. Expanded (ii, addl) when the schedule of a twin is made.
struct Dose {
    Quantity time;
    Quantity amount;                   // amt
    std::string compartment;           // cmt: a state of the model
    std::optional<Quantity> rate;      // infusion rate; or
    std::optional<Quantity> duration;  // dur
    std::optional<Quantity> interval;  // ii
    std::int64_t additional = 0;       // addl
    int steady_state = 0;              // ss: 0 | 1 | 2
    Place place;
};

/// Where an arm's doses come from when they stand in a table, as the study names it; the doses themselves are in the arm.
struct DosingTable {
    std::string file;                           // relative to the study file
    std::map<std::string, std::string> units;   // of its columns: TIME, AMT, RATE, DUR, II
    std::map<std::string, std::string> states;  // CMT's words -> states of the model
    std::string state;                          // of all doses, where the table has no column CMT
    std::vector<std::string> ignored;           // columns
};

/// Who takes the doses: each is taken with the twin's own probability, which has this mean and standard deviation.
struct Adherence {
    Quantity mean;
    std::optional<Quantity> sd;  // between twins, beta-distributed; none: all have the mean
    Place place;
};

/// An input of the model set to a value at a time; `lasting` sets it back to what it was.
struct InputChange {
    std::optional<Quantity> time;  // absent inside a challenge: time zero of the challenge
    std::string input;
    Quantity value;
    std::optional<Quantity> lasting;
    Place place;
};

struct Arm {
    std::string id;
    bool control = false;
    std::vector<Dose> dosing;
    std::map<std::string, std::vector<Dose>> dosing_of;  // by the id of a person, from a table with a column ID
    std::optional<DosingTable> table;
    std::optional<Adherence> adherence;
    std::vector<InputChange> inputs;
    std::map<std::string, Quantity> parameters;
    Place place;
};

/// Everything that the arm gives to anybody.
template <class Visit>
void for_each_dose(const Arm& arm, Visit&& visit) {
    for (const Dose& dose : arm.dosing) visit(dose);
    for (const auto& [person, doses] : arm.dosing_of)
        for (const Dose& dose : doses) visit(dose);
}

struct Visit {
    std::string id;
    Quantity at;
    Place place;
};

/// A test given at visits, such as a meal test; outcomes may look at the hours that follow.
struct Challenge {
    std::string id;
    std::vector<std::string> at;  // visit ids
    std::vector<InputChange> inputs;
    std::vector<Dose> dosing;
    Quantity follow;  // how long its effects are watched
    Place place;
};

/// What lies between a true value and the one that is reported: normal, with variance sd^2 + (cv * value)^2.
struct MeasurementError {
    std::optional<Quantity> sd;
    std::optional<Quantity> cv;
    Place place;
};

/// Twins leave the trial at a constant hazard: `rate`, or whatever makes `share` leave `by` a time. They are then not measured.
struct Dropout {
    std::optional<Quantity> rate;
    std::optional<Quantity> share;
    std::optional<Quantity> by;
    Place place;
};

/// What is measured in every twin.
struct Outcome {
    std::string id;
    std::string of;  // an observable of the model
    std::string op;  // value_at | minimum | maximum | time_of_minimum | time_of_maximum | time_above | time_below | first_above | first_below | integral
    std::string unit;             // reported unit; empty: the model's
    std::vector<std::string> at;  // value_at: visit ids (measured before a challenge of that visit starts)
    bool before_dose = false;  // value_at: before what the arm gives at the visit's time (a trough), see schedule.hpp
    std::string challenge;     // window relative to each occurrence of this challenge, or empty
    std::optional<Quantity> from;  // window, relative to the challenge or to time zero
    std::optional<Quantity> to;
    std::optional<Quantity> threshold;
    std::optional<MeasurementError> measurement_error;
    Place place;
};

struct Endpoint {
    std::string id;
    std::string of;                    // outcome id
    std::string type;                  // continuous | binary
    std::string value = "value";       // value | change | percent_change (from the first visit of the outcome)
    std::string visit;                 // for outcomes measured at several visits or challenges
    std::string transform = "none";    // none | ln
    std::optional<Quantity> at_most;   // binary: responder if the value is <= at_most;
    std::optional<Quantity> at_least;  // >= at_least; within both, if both are given
    Place place;
};

/// Limits on a screening value; an absent side is open. The name is, in this order of preference, an attribute of the
/// cohort, an outcome (its first visit), "outcome@visit", or a model quantity (its value at time zero).
struct Criterion {
    std::string name;
    std::optional<Quantity> min;
    std::optional<Quantity> max;
    Place place;
};

struct Eligibility {
    std::vector<Criterion> include;  // eligible: inside all of these
    std::vector<Criterion> exclude;  // and inside none of these
};

struct Randomisation {
    std::int64_t n = 0;                     // participants of one trial
    std::map<std::string, int> ratio;       // arm id -> share
    std::string method = "permuted_block";  // simple | permuted_block
    std::vector<int> blocks;                // block sizes, drawn with equal chance
    std::vector<std::string> strata;        // categorical covariates
    Place place;
};

struct Analysis {
    std::string id;
    std::string endpoint;
    std::string method;                   // t_test | ancova | difference_of_proportions
    std::vector<std::string> covariates;  // "baseline" or covariate names
    std::string reference;                // arm id
    double alpha = 0.05;                  // two-sided
    std::string variance = "pooled";      // t_test: pooled | welch
    std::string interval = "newcombe";    // difference_of_proportions: newcombe | wald
    std::string test = "z";               // difference_of_proportions: z (pooled) | fisher (exact)
    Place place;
};

struct OperatingCharacteristics {
    std::int64_t trials = 0;
    std::string mode = "bank";        // bank | fresh
    std::vector<std::string> report;  // power | bias | coverage | type1
    Place place;
};

struct CohortChoice {
    std::string use;           // a shipped cohort's name, or empty
    std::string file;          // a cohort file, or empty
    std::int64_t persons = 0;  // this many are drawn; or
    std::int64_t enrol = 0;    // drawn until this many are eligible
    Place place;
};

struct TrialStudy {
    std::string name;
    std::string title;
    std::uint64_t seed = 0;
    ModelChoice model;
    CohortChoice cohort;  // inline cohort keys are read into cohort_file_text by io
    Eligibility eligibility;
    std::vector<Arm> arms;
    Quantity duration;
    std::vector<Visit> visits;
    std::vector<Challenge> challenges;
    std::vector<Outcome> outcomes;
    std::vector<Endpoint> endpoints;
    std::optional<Dropout> dropout;
    std::optional<Randomisation> randomisation;
    std::vector<Analysis> analyses;
    std::optional<OperatingCharacteristics> operating_characteristics;
    std::string canonical_text;  // the study as understood, one spelling; its SHA-256 names the study
};

}  // namespace kohort::trial
