#include "engine/chunks.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace kohort::engine {
namespace {

/// What each of `rounds` calls of store would be told, by a communicator on which another rank has `others` chunks.
class BusyNeighbour final : public Communicator {
public:
    explicit BusyNeighbour(std::int64_t others) : others_(others), alone_(single_process()) {}
    int rank() const override { return 0; }
    int size() const override { return 2; }
    void barrier() override {}
    void sum(std::span<std::int64_t>) override {}
    std::int64_t max(std::int64_t value) override { return std::max(value, others_); }
    double max(double value) override { return value; }
    std::string broadcast(std::string text, int) override { return text; }
    std::vector<double> gather_all(std::span<const double> mine) override { return {mine.begin(), mine.end()}; }
    std::vector<std::int64_t> gather_all(std::span<const std::int64_t> mine) override {
        return {mine.begin(), mine.end()};
    }
    std::unique_ptr<SharedCounter> counter() override { return alone_->counter(); }

private:
    std::int64_t others_;
    std::unique_ptr<Communicator> alone_;
};

/// How often each item was computed and stored.
struct Visits {
    std::vector<int> computed;
    std::vector<int> stored;
    int empty_stores = 0;
    explicit Visits(std::size_t n) : computed(n), stored(n) {}
};

Visits run(Communicator& communicator, const ChunkPlan& plan) {
    Visits visits(static_cast<std::size_t>(plan.n_items));
    run_chunks<std::int64_t>(
        communicator, plan,
        [&](const Chunk& chunk) {
            for (std::int64_t item = chunk.first; item < chunk.last; ++item)
                ++visits.computed[static_cast<std::size_t>(item)];
            return chunk.first;
        },
        [&](const Chunk& chunk, std::int64_t result) {
            if (chunk.size() == 0) {
                EXPECT_EQ(result, -1);
                ++visits.empty_stores;
                return;
            }
            EXPECT_EQ(result, chunk.first);
            for (std::int64_t item = chunk.first; item < chunk.last; ++item)
                ++visits.stored[static_cast<std::size_t>(item)];
        },
        [](std::int64_t) {}, [] { return std::int64_t{-1}; });
    return visits;
}

TEST(RunChunks, every_item_is_computed_and_stored_once) {
    const auto communicator = single_process();
    for (const std::int64_t n_items : {0, 1, 7, 8, 9, 100}) {
        const Visits visits = run(*communicator, {.n_items = n_items, .chunk_size = 4, .chunks_per_wave = 3});
        EXPECT_EQ(visits.computed, std::vector<int>(static_cast<std::size_t>(n_items), 1));
        EXPECT_EQ(visits.stored, std::vector<int>(static_cast<std::size_t>(n_items), 1));
        EXPECT_EQ(visits.empty_stores, 0);
    }
}

TEST(RunChunks, a_rank_with_fewer_chunks_stores_empty_ones) {
    BusyNeighbour communicator(5);
    const Visits visits = run(communicator, {.n_items = 8, .chunk_size = 4, .chunks_per_wave = 10});
    EXPECT_EQ(visits.stored, std::vector<int>(8, 1));
    EXPECT_EQ(visits.empty_stores, 3);  // 5 on the other rank, 2 here
}

}  // namespace
}  // namespace kohort::engine
