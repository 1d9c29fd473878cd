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

inline constexpr std::int64_t largest_round = 1 << 20;  // people screened between two counts of the eligible
inline constexpr std::int64_t screening_chunk_bytes = 72;  // what ranks tell one another of a chunk: its number, a bit a person

/// How a round of people first ... first + n - 1 is cut up. Only runs of twins are journalled: attributes are judged faster than
/// they are read.
[[nodiscard]] engine::ChunkPlan screening_chunks(const ScreeningPlan& plan, std::int64_t first, std::int64_t n);

/// The verdict on each of these people.
[[nodiscard]] std::vector<Verdict> screen(const ScreeningContext& context, std::span<const cohort::Person> people);

/// Collective; the same result on every rank, whatever their number. choice.persons: all of that many who are eligible.
/// choice.enrol: on until so many are eligible; throws InputError when the cohort ends first or hardly anyone fits.
[[nodiscard]] Enrolment enrol(const CohortChoice& choice, const ScreeningContext& context,
                              engine::Communicator& communicator, engine::Journal* journal, const Progress& progress);

}  // namespace kohort::trial
