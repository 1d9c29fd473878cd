// What happens to a twin and when: doses, inputs, challenges and the moments of measuring, as kernels::Action.
//
// Order at one moment:
//   1. measurements, if no arm of the study has been treated before this moment (a baseline comes before the first dose),
//      or if the outcome asks for before_dose (a trough);
//   2. what the arm gives, and the end of whatever was to last until now (NONMEM: dose before observation);
//   3. all other measurements of a visit;
//   4. a challenge of that visit (its fasting value has just been taken).
#pragma once

#include "kernels/batch.hpp"
#include "trial/clock.hpp"
#include "trial/study.hpp"
#include "trial/symbols.hpp"

#include <span>
#include <vector>

namespace kohort::trial {

/// One action of a schedule that is the same for every person, but for inputs that go back to the person's own value.
struct ScheduledAction {
    kernels::Action action;
    bool to_own_value = false;  // action.value is replaced by the person's input action.target at the start
    std::int32_t record = -1;   // a dose that is taken or forgotten: position of its record in the arm's dosing,
    std::int32_t repeat = 0;    // and which of its repeats
};

/// A value_at feature to be taken at a visit.
struct Measurement {
    double time = 0.0;  // [model time] aligned
    int feature = 0;
    bool before_dose = false;
};

/// First moment at which any arm gives anything [model time]: minus infinity for a dose that goes on from before time zero
/// (ss), infinity if none does.
[[nodiscard]] double first_treatment(const TrialStudy& study, Clock& clock);

struct ScheduleContext {
    const TrialStudy& study;
    const Symbols& symbols;  // of the program
    Clock& clock;
    double first_treatment = 0.0;  // [model time]
    double t_end = 0.0;            // [model time] later actions are left out
};

/// Everything scheduled up to t_end, in order. arm: null for nobody's arm (screening). Throws InputError for doses that
/// cannot be given as written, unknown names and units that do not fit.
[[nodiscard]] std::vector<ScheduledAction> make_schedule(const ScheduleContext& context, const Arm* arm,
                                                         std::span<const Measurement> measurements);

/// What a dose with ss: 1 says was given again and again before time zero.
struct DosingCycle {
    double length = 0.0;                   // [model time] its ii; 0: nothing was given
    std::vector<kernels::Action> actions;  // of one cycle, counted from its beginning, in order
};

/// The cycle of an arm, in which the arm's parameters hold. Throws InputError for what has no steady state of its own.
[[nodiscard]] DosingCycle make_cycle(const ScheduleContext& context, const Arm& arm);

}  // namespace kohort::trial
