// The twin bank: every enrolled twin lived through once in every arm. Trials draw their participants from it.
#pragma once

#include "engine/chunks.hpp"
#include "engine/simulator.hpp"
#include "trial/bind.hpp"
#include "trial/description.hpp"
#include "trial/progress.hpp"
#include "trial/virtual_trial.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace kohort::trial {

/// The feature row of one twin in a run's result; twin is its place there.
[[nodiscard]] FeatureView view_of(const engine::ArmResult& result, std::size_t twin, std::int64_t twin_id);

/// A stretch of the bank: members first, first + 1, ... . All arrays have the twin fastest.
struct BankChunk {
    std::int64_t first = 0;  // position in the bank, not a twin id
    std::int64_t count = 0;
    std::vector<double> attribute{};   // [attribute's unit] (n_attributes, count)
    std::vector<double> attempts{};    // (count) draws until plausible
    std::vector<double> measured{};    // [reported unit] (n_columns, n_arms, count)
    std::vector<double> status{};      // (n_arms, count) TwinStatus
    std::vector<double> final_time{};  // [model time] (n_arms, count)
    std::vector<double> steps{};       // (n_arms, count) accepted and rejected
    std::vector<double> in_double{};   // (n_arms, count) 1 where mixed precision failed; nothing where it is not used
    std::vector<double> endpoint{};    // [endpoint's unit] (n_arms, n_endpoints, 2, count) value and base
};

struct BankContext {
    const cohort::Cohort& cohort;
    const BoundStudy& study;
    const TrialPlan& plan;
    engine::Simulator& simulator;  // of study.trial
};

/// Twins that failed, by arm and status, over all ranks.
struct FailureCounts {
    static constexpr std::size_t n_statuses = static_cast<std::size_t>(TwinStatus::no_consistent_state) + 1;
    std::vector<std::int64_t> count;           // (n_arms, n_statuses)
    std::int64_t twins = 0;                    // members that failed in at least one arm
    [[nodiscard]] std::int64_t total() const;  // runs that failed
    [[nodiscard]] std::int64_t of(std::size_t arm, TwinStatus status) const {
        return count[arm * n_statuses + static_cast<std::size_t>(status)];
    }
};

/// Whole, on every rank, where trials are drawn from it; else only counted and described, since there may be very many twins.
struct Bank {
    EndpointTable endpoints;        // of every member in every arm; of nobody where no trial is drawn
    std::vector<double> attribute;  // [attribute's unit] (n_attributes, n_twins) of the same members
    FailureCounts failures;
    std::int64_t steps = 0;            // over all runs and ranks
    std::int64_t in_double = 0;        // runs that mixed precision failed with
    std::vector<Described> described;  // (n_endpoints, n_arms) on rank 0, if nothing is analysed

    [[nodiscard]] BankView view() const { return {endpoints, attribute}; }
};

/// How the members are cut up and journalled.
[[nodiscard]] engine::ChunkPlan bank_chunks(std::size_t n_twins, std::int64_t chunk_size, const BankContext& context);

/// What rank 0, which keeps the most, has in memory of all twins when they are simulated: ids, and what trials or the report need.
[[nodiscard]] double bytes_kept(std::int64_t n_twins, const BankContext& context, int n_ranks);

/// Collective. The same bank on every rank, whatever their number; chunks change no bit of it. With a journal, what it has
/// is not simulated again. Throws engine::Interrupted when told to stop.
[[nodiscard]] Bank simulate_bank(std::span<const std::int64_t> twin_ids, const engine::ChunkPlan& chunks,
                                 const BankContext& context, engine::Communicator& communicator,
                                 engine::Journal* journal, const Progress& progress);

/// Takes a chunk to where it is kept. Collective: called equally often on all ranks, with an empty chunk where needed.
using StoreChunk = std::function<void(const BankChunk&)>;

/// Collective. Hands the chunks that simulate_bank journalled to store, in order.
void store_bank(const engine::ChunkPlan& chunks, const BankContext& context, engine::Communicator& communicator,
                engine::Journal& journal, const StoreChunk& store);

}  // namespace kohort::trial
