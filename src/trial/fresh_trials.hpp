// Repeated trials of new people: every trial screens, randomises and simulates its own, so nothing is shared between trials.
#pragma once

#include "trial/enrolment.hpp"
#include "trial/operating.hpp"

namespace kohort::trial {

struct FreshContext {
    ScreeningContext screening;
    const TrialPlan& plan;         // with a randomisation
    engine::Simulator& simulator;  // of the study's own run
    bool with_null = false;        // also run every trial with everybody on the control arm
};

/// Collective: runs trials 0 ... n_trials - 1 and adds them to sums, on every rank alike and independent of their number.
/// Throws InputError if the cohort is a finite list of persons, or if hardly anyone is eligible.
void run_fresh_trials(std::int64_t n_trials, const Place& place, const FreshContext& context,
                      engine::Communicator& communicator, engine::Journal* journal, const Progress& progress,
                      OperatingSums& sums);

}  // namespace kohort::trial
