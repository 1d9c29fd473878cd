#include "engine/task_queue.hpp"

#include "engine/chunks.hpp"
#include "engine/dry_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace kohort::engine {
namespace {

TEST(TaskQueue, alone_it_hands_out_the_costliest_first_and_each_once) {
    const auto alone = single_process();
    TaskQueue queue(*alone, std::vector<Task>{{0, 1.0}, {1, 5.0}, {2, 3.0}, {3, 5.0}});
    EXPECT_EQ(queue.size(), 4);
    std::vector<std::int64_t> order;
    while (const auto chunk = queue.take()) order.push_back(*chunk);
    EXPECT_EQ(order, (std::vector<std::int64_t>{1, 3, 2, 0}));
    EXPECT_FALSE(queue.take());
}

TEST(TaskQueue, closed_it_hands_out_nothing) {
    const auto alone = single_process();
    TaskQueue queue(*alone, std::vector<Task>{{0, 1.0}, {1, 5.0}});
    EXPECT_TRUE(queue.take());
    queue.close();
    EXPECT_FALSE(queue.take());
}

TEST(TaskQueue, no_tasks_are_no_tasks) {
    const auto alone = single_process();
    EXPECT_FALSE(TaskQueue(*alone, {}).take());
}

/// Chunk sizes as many studies have them, costs between 1 and 2 seconds.
ChunkPlan plan_of(std::int64_t n_chunks) {
    ChunkPlan plan{.name = "twins", .n_items = n_chunks, .chunk_size = 1};
    plan.cost = [](const Chunk& chunk) { return 1.5 + 0.5 * std::sin(static_cast<double>(chunk.index)); };
    return plan;
}

struct DryVisits {
    std::vector<int> computed;
    DryRunReport report;
};

DryVisits run_dry(const DryRunOptions& options, std::int64_t n_chunks) {
    DryVisits visits{std::vector<int>(static_cast<std::size_t>(n_chunks)), {}};
    const ChunkPlan plan = plan_of(n_chunks);
    visits.report = dry_run(options, [&](DryRank& rank) {
        run_chunks<double>(
            rank, nullptr, plan,
            [&](const Chunk& chunk) {
                ++visits.computed[static_cast<std::size_t>(chunk.index)];
                rank.spend(plan.cost(chunk));
                return std::vector<double>();
            },
            [](const Chunk&, std::span<const double>) {});
    });
    return visits;
}

TEST(DryRun, every_chunk_is_computed_once_whatever_the_ranks_and_machines) {
    for (const int ranks : {1, 2, 3, 7, 24, 100}) {
        for (const int per_node : {1, 2, 8, 100}) {
            for (const std::int64_t n_chunks : {0, 1, 5, 500}) {
                const DryVisits visits = run_dry({.ranks = ranks, .ranks_per_node = per_node}, n_chunks);
                EXPECT_EQ(visits.computed, std::vector<int>(static_cast<std::size_t>(n_chunks), 1))
                    << ranks << " ranks, " << per_node << " a machine, " << n_chunks << " chunks";
            }
        }
    }
}

TEST(DryRun, fifty_chunks_a_rank_keep_every_rank_busy) {
    const DryVisits visits = run_dry({.ranks = 64, .ranks_per_node = 16}, 3200);
    EXPECT_GT(visits.report.mean_spent_seconds / visits.report.seconds, 0.97);
    EXPECT_NEAR(visits.report.mean_spent_seconds, 75.0, 1.0);
}

TEST(DryRun, costliest_first_ends_sooner_than_in_order_of_number) {
    // one chunk a hundred times as costly as the others, last in the list: 8 ranks, 80 + 1 chunks
    const auto run = [](bool cost_known) {
        ChunkPlan plan{.name = "twins", .n_items = 81, .chunk_size = 1};
        const auto cost = [](const Chunk& chunk) { return chunk.index == 80 ? 10.0 : 1.0; };
        if (cost_known) plan.cost = cost;
        return dry_run({.ranks = 8, .ranks_per_node = 8}, [&](DryRank& rank) {
            run_chunks<double>(
                rank, nullptr, plan,
                [&](const Chunk& chunk) {
                    rank.spend(cost(chunk));
                    return std::vector<double>();
                },
                [](const Chunk&, std::span<const double>) {});
        });
    };
    EXPECT_NEAR(run(false).seconds, 20.0, 0.1);  // ten rounds of 1 s, then the costly one alone
    EXPECT_NEAR(run(true).seconds, 12.0, 0.1);   // (80 + 10) / 8 = 11.25, rounded up to whole chunks
}

TEST(DryRun, messages_of_a_rank_grow_with_its_chunks_and_the_logarithm_of_ranks) {
    const DryRunReport small = run_dry({.ranks = 64, .ranks_per_node = 16}, 640).report;
    const DryRunReport large = run_dry({.ranks = 4096, .ranks_per_node = 16}, 40960).report;
    EXPECT_LT(static_cast<double>(large.most_messages), 2.5 * static_cast<double>(small.most_messages));
    // rank 0 keeps the one counter that machines ask: once a batch and not once a chunk
    EXPECT_LT(large.most_served, 40960 / 4);
}

// `kohort plan` has ten million twins on a hundred thousand ranks; this is a fifth of both.
TEST(DryRun, on_twenty_thousand_ranks_nobody_sends_much_or_is_asked_by_all) {
    const DryVisits visits = run_dry({.ranks = 20000, .ranks_per_node = 100}, 62500);
    EXPECT_EQ(visits.computed, std::vector<int>(62500, 1));
    EXPECT_LT(visits.report.most_messages, 11 * 15 + 12 * 4);  // 11 collectives of log2 20000 hops, and some 4 chunks
    EXPECT_LT(visits.report.most_bytes, 16 << 10);             // of which two collectives of 64 classes are nearly all
    EXPECT_LT(visits.report.most_served, 62500 / 8);
}

TEST(DryRun, gathering_costs_every_rank_what_all_say) {
    const auto bytes = [](bool pretended) {
        return dry_run({.ranks = 10, .ranks_per_node = 4},
                       [&](DryRank& rank) {
                           const std::vector<std::int64_t> mine(static_cast<std::size_t>(rank.rank()));
                           if (pretended)
                               rank.pretend_to_gather(static_cast<std::int64_t>(mine.size() * sizeof(std::int64_t)));
                           else
                               EXPECT_EQ(rank.gather_all(std::span<const std::int64_t>(mine)).size(), 45U);
                       })
            .most_bytes;
    };
    EXPECT_EQ(bytes(true), 45 * 8);
    EXPECT_EQ(bytes(false), 45 * 8);
}

TEST(DryRun, what_is_gathered_on_the_first_rank_is_there_only) {
    static_cast<void>(dry_run({.ranks = 10, .ranks_per_node = 4}, [&](DryRank& rank) {
        const double mine = rank.rank();
        const std::vector<double> all = rank.gather_on_first({&mine, 1});
        EXPECT_EQ(all.size(), rank.rank() == 0 ? 10U : 0U);
        for (std::size_t at = 0; at < all.size(); ++at) EXPECT_EQ(all[at], static_cast<double>(at));
    }));
}

TEST(DryRun, collectives_mean_what_they_mean_under_mpi) {
    std::vector<std::int64_t> scan(10);
    std::vector<std::string> words(10);
    static_cast<void>(dry_run({.ranks = 10, .ranks_per_node = 4}, [&](DryRank& rank) {
        const auto at = static_cast<std::size_t>(rank.rank());
        std::int64_t number = rank.rank() + 1;
        rank.exclusive_scan({&number, 1});
        scan[at] = number;
        std::int64_t total = 1;
        rank.sum({&total, 1});
        EXPECT_EQ(total, 10);
        EXPECT_EQ(rank.max(std::int64_t{rank.rank()}), 9);
        words[at] = rank.broadcast(std::to_string(rank.rank()), 7);
        EXPECT_EQ(rank.node().size(), rank.rank() < 8 ? 4 : 2);
        const std::vector<std::int64_t> mine(at, rank.rank());
        EXPECT_EQ(rank.gather_all(std::span<const std::int64_t>(mine)).size(), 45U);
    }));
    EXPECT_EQ(scan, (std::vector<std::int64_t>{0, 1, 3, 6, 10, 15, 21, 28, 36, 45}));
    EXPECT_EQ(words, std::vector<std::string>(10, "7"));
}

}  // namespace
}  // namespace kohort::engine
