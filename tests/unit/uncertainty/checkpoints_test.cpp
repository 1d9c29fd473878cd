#include "uncertainty/checkpoints.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace kohort::uncertainty {
namespace {

namespace fs = std::filesystem;

class TenBlocks final : public Design {
public:
    [[nodiscard]] int inputs() const override { return 1; }
    [[nodiscard]] std::int64_t blocks() const override { return 10; }
    [[nodiscard]] int block_rows() const override { return 4; }
    void fill(std::int64_t, int, std::span<double> coordinates) const override { coordinates[0] = 0.5; }
};

class OneNumber final : public Analysis {
public:
    void add(std::int64_t block, const BlockValues&) override { number_[0] += block; }
    [[nodiscard]] std::vector<StatePiece> pieces() override { return {{std::span<std::int64_t>(number_)}}; }
    void report(Findings&, engine::Communicator&) const override {}
    [[nodiscard]] std::int64_t& number() { return number_[0]; }

private:
    std::vector<std::int64_t> number_{0};
};

/// A journal in a folder of its own; each attempt opens it anew.
class CheckpointsOfStudy : public testing::Test {
protected:
    void SetUp() override {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = fs::path(testing::TempDir()) / (std::string("kohort-checkpoints-") + test->name());
        fs::remove_all(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    struct Attempt {
        explicit Attempt(CheckpointsOfStudy& test)
            : journal(*test.alone_, test.folder_, {{"study", "one"}},
                      {.start = engine::JournalStart::resume_or_fresh, .seconds_between = 0.0}),
              checkpoints(&journal, 3, TenBlocks(), sums, *test.alone_) {
            checkpoints.go_on(progress, sums, *test.alone_);
        }
        OneNumber sums;
        StudyProgress progress;
        engine::Journal journal;
        Checkpoints checkpoints;
    };

    void keep(std::initializer_list<std::int64_t> blocks_done) {
        Attempt attempt(*this);
        for (const std::int64_t blocks : blocks_done) {
            attempt.progress.blocks = blocks;
            attempt.sums.number() = 100 * blocks;
            attempt.checkpoints.keep(attempt.progress, attempt.sums, *alone_);
        }
    }

    std::unique_ptr<engine::Communicator> alone_ = engine::single_process();
    fs::path folder_;
};

TEST_F(CheckpointsOfStudy, GoesOnFromTheLastOfMany) {
    keep({1, 2, 3});
    keep({5});
    Attempt next(*this);
    EXPECT_EQ(next.progress.blocks, 5);
    EXPECT_EQ(next.sums.number(), 500);
    EXPECT_EQ(next.checkpoints.rows_done(), 20);
}

TEST_F(CheckpointsOfStudy, AllOfProgressComesBack) {
    {
        Attempt attempt(*this);
        attempt.progress.blocks = 2;
        attempt.progress.beyond = {{4, 6}, {9, 10}};
        attempt.progress.rounds = {{8, 0.25, 0.5}};
        attempt.progress.counts.add(TwinStatus::ok, 0);
        attempt.progress.counts.steps = 17;
        attempt.checkpoints.keep(attempt.progress, attempt.sums, *alone_);
    }
    const Attempt next(*this);
    EXPECT_EQ(next.progress.beyond, (std::vector<BlockRange>{{4, 6}, {9, 10}}));
    ASSERT_EQ(next.progress.rounds.size(), 1);
    EXPECT_EQ(next.progress.rounds[0].samples, 8);
    EXPECT_EQ(next.progress.rounds[0].widest_total, 0.5);
    EXPECT_EQ(next.progress.counts.runs(), 1);
    EXPECT_EQ(next.progress.counts.steps, 17);
    EXPECT_EQ(next.checkpoints.rows_done(), 4 * (2 + 2 + 1));
}

TEST_F(CheckpointsOfStudy, ATornOneLeavesTheOneBefore) {
    keep({1, 2, 3});
    const fs::path file = folder_ / sums_section;
    {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(8192 + 100);  // the third is in the first slot again
        bytes.put('x');
    }
    const Attempt next(*this);
    EXPECT_EQ(next.progress.blocks, 2);
}

TEST_F(CheckpointsOfStudy, WhereNothingWasKeptAStudyBegins) {
    const Attempt first(*this);
    EXPECT_EQ(first.progress.blocks, 0);
    EXPECT_EQ(first.checkpoints.rows_done(), 0);
}

}  // namespace
}  // namespace kohort::uncertainty
