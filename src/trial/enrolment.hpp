// From the cohort's endless line of people to those who take part: screened in the order of their ids.
#pragma once

#include "cohort/acceptance.hpp"
#include "engine/chunks.hpp"
#include "engine/simulator.hpp"
#include "trial/bind.hpp"
#include "trial/progress.hpp"
#include "trial/study.hpp"

#include <cstdint>
#include <vector>

namespace kohort::trial {

struct Enrolment {
    std::vector<std::int64_t> twin_ids;  // eligible people, ascending
    ScreeningCounts counts;              // of everybody up to the last one enrolled
    cohort::Acceptance acceptance;       // of the same people: draws until the cohort's limits were met
};

/// Everything that screening needs; the references must stay valid.
struct ScreeningContext {
    const cohort::Cohort& cohort;
    const ScreeningPlan& plan;
    engine::Simulator& simulator;  // of the screening run; used only if plan.needs_a_run()
};

/// The verdict on each of these people.
[[nodiscard]] std::vector<Verdict> screen(const ScreeningContext& context, std::span<const cohort::Person> people);

/// Collective; the same result on every rank, whatever their number. choice.persons: all of that many who are eligible.
/// choice.enrol: on until so many are eligible; throws InputError when the cohort ends first or hardly anyone fits.
[[nodiscard]] Enrolment enrol(const CohortChoice& choice, const ScreeningContext& context,
                              engine::Communicator& communicator, engine::Journal* journal, const Progress& progress);

}  // namespace kohort::trial
