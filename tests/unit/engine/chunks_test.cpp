#include "engine/chunks.hpp"

#include "base/errors.hpp"
#include "engine/stop.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <numeric>

namespace kohort::engine {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test.
class RunChunks : public testing::Test {
protected:
    void SetUp() override {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = fs::path(testing::TempDir()) / (std::string("kohort-chunks-") + test->name());
        fs::remove_all(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::unique_ptr<Journal> open(JournalStart start, const std::string& study = "one") {
        return std::make_unique<Journal>(*communicator_, folder_, StudyIdentity{{"study", study}},
                                         JournalOptions{.start = start, .seconds_between = 0.0});
    }

    std::unique_ptr<Communicator> communicator_ = single_process();
    fs::path folder_;
};

constexpr std::size_t chunk_size = 4;

ChunkPlan plan_of(std::int64_t n_items) {
    return {.name = "squares", .n_items = n_items, .chunk_size = chunk_size, .record_numbers = chunk_size};
}

/// How often each item was computed and kept, and the sum of what was kept.
struct Visits {
    std::vector<int> computed;
    std::vector<int> kept;
    std::int64_t sum = 0;
    explicit Visits(std::int64_t n) : computed(static_cast<std::size_t>(n)), kept(static_cast<std::size_t>(n)) {}
};

/// Squares every item; raises stop after so many chunks.
Visits run(Communicator& communicator, Journal* journal, std::int64_t n_items, std::int64_t stop_after = -1) {
    Visits visits(n_items);
    std::int64_t n_computed = 0;
    const auto square = [&](const Chunk& chunk) {
        std::vector<std::int64_t> squares;
        for (std::int64_t item = chunk.first; item < chunk.last; ++item) {
            ++visits.computed[static_cast<std::size_t>(item)];
            squares.push_back(item * item);
        }
        if (++n_computed == stop_after) std::raise(SIGUSR1);
        return squares;
    };
    const auto keep = [&](const Chunk& chunk, std::span<const std::int64_t> squares) {
        for (std::int64_t item = chunk.first; item < chunk.last; ++item) {
            ++visits.kept[static_cast<std::size_t>(item)];
            EXPECT_EQ(squares[static_cast<std::size_t>(item - chunk.first)], item * item);
        }
        visits.sum = std::accumulate(squares.begin(), squares.end(), visits.sum);
    };
    try {
        run_chunks<std::int64_t>(communicator, journal, plan_of(n_items), square, keep);
    } catch (const Interrupted&) {
        EXPECT_GE(stop_after, 0);
    }
    return visits;
}

std::vector<int> each_once(std::int64_t n) { return std::vector<int>(static_cast<std::size_t>(n), 1); }

/// Flips one bit of a file.
void damage(const fs::path& path, std::int64_t offset) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(offset);
    const auto byte = static_cast<char>(file.get() ^ 1);
    file.seekp(offset);
    file.put(byte);
}

constexpr std::int64_t slot_at(std::int64_t chunk) { return 8192 + 4096 * chunk; }

TEST_F(RunChunks, every_item_is_computed_and_kept_once_without_a_journal) {
    for (const std::int64_t n_items : {0, 1, 3, 4, 5, 100}) {
        const Visits visits = run(*communicator_, nullptr, n_items);
        EXPECT_EQ(visits.computed, each_once(n_items));
        EXPECT_EQ(visits.kept, each_once(n_items));
    }
}

TEST_F(RunChunks, what_was_journalled_before_a_stop_is_kept_but_not_computed_again) {
    {
        const StopListener listener(60.0, [] { return std::string(); });
        const Visits first = run(*communicator_, open(JournalStart::fresh).get(), 42, 5);
        EXPECT_EQ(std::accumulate(first.computed.begin(), first.computed.end(), 0), 20);
    }
    const StopListener listener(60.0, [] { return std::string(); });
    const Visits second = run(*communicator_, open(JournalStart::resume_or_fresh).get(), 42);
    EXPECT_EQ(std::accumulate(second.computed.begin(), second.computed.end(), 0), 22);
    EXPECT_EQ(second.kept, each_once(42));
    EXPECT_EQ(second.sum, 41 * 42 * 83 / 6);
}

TEST_F(RunChunks, a_chunk_with_any_byte_changed_is_computed_again) {
    static_cast<void>(run(*communicator_, open(JournalStart::fresh).get(), 42));
    for (const std::int64_t offset : {0, 8, 16, 24, 32, 40, 40 + 31}) {
        damage(folder_ / "squares", slot_at(3) + offset);
        const Visits visits = run(*communicator_, open(JournalStart::resume_or_fresh).get(), 42);
        EXPECT_EQ(std::accumulate(visits.computed.begin(), visits.computed.end(), 0), 4) << offset;
        EXPECT_EQ(visits.computed[12], 1);
        EXPECT_EQ(visits.kept, each_once(42));
    }
}

TEST_F(RunChunks, a_record_in_the_wrong_place_is_not_believed) {
    static_cast<void>(run(*communicator_, open(JournalStart::fresh).get(), 42));
    std::fstream file(folder_ / "squares", std::ios::in | std::ios::out | std::ios::binary);
    std::string slot(4096, '\0');
    file.seekg(slot_at(2)).read(slot.data(), 4096);
    file.seekp(slot_at(6)).write(slot.data(), 4096);
    file.close();
    const Visits visits = run(*communicator_, open(JournalStart::resume_or_fresh).get(), 42);
    EXPECT_EQ(std::accumulate(visits.computed.begin(), visits.computed.end(), 0), 4);
    EXPECT_EQ(visits.computed[24], 1);
}

TEST_F(RunChunks, a_journal_cut_off_anywhere_is_computed_to_the_end) {
    static_cast<void>(run(*communicator_, open(JournalStart::fresh).get(), 42));
    for (const std::int64_t length : {slot_at(9) + 41, slot_at(5), slot_at(2) + 8, slot_at(0)}) {
        fs::resize_file(folder_ / "squares", static_cast<std::uintmax_t>(length));
        const Visits visits = run(*communicator_, open(JournalStart::resume_or_fresh).get(), 42);
        EXPECT_EQ(visits.kept, each_once(42));
        EXPECT_GT(std::accumulate(visits.computed.begin(), visits.computed.end(), 0), 0);
    }
}

TEST_F(RunChunks, one_damaged_copy_of_the_description_does_no_harm_and_two_are_refused) {
    static_cast<void>(run(*communicator_, open(JournalStart::fresh).get(), 42));
    damage(folder_ / "squares", 30);
    EXPECT_EQ(run(*communicator_, open(JournalStart::resume_or_fresh).get(), 42).computed, std::vector<int>(42, 0));
    damage(folder_ / "squares", 4096 + 30);
    const auto journal = open(JournalStart::resume_or_fresh);
    EXPECT_THROW(static_cast<void>(run(*communicator_, journal.get(), 42)), InputError);
}

TEST_F(RunChunks, the_chunk_size_of_the_first_run_stays) {
    static_cast<void>(run(*communicator_, open(JournalStart::fresh).get(), 42));
    ChunkPlan other = plan_of(42);
    other.chunk_size = 7;
    const auto journal = open(JournalStart::resume_or_fresh);
    EXPECT_EQ(journal->section(*communicator_, other).plan().chunk_size, 4);
}

TEST_F(RunChunks, a_journal_is_continued_by_its_own_study_only) {
    static_cast<void>(run(*communicator_, open(JournalStart::fresh).get(), 42));
    EXPECT_THROW(static_cast<void>(open(JournalStart::fresh)), InputError);
    EXPECT_THROW(static_cast<void>(open(JournalStart::resume_or_fresh, "another")), InputError);
    EXPECT_EQ(open(JournalStart::resume_or_fresh)->attempt(), 1);
    EXPECT_EQ(open(JournalStart::replace, "another")->attempt(), 0);
    EXPECT_EQ(open(JournalStart::fresh)->attempt(), 0) << "what has no chunk is not worth a refusal";
}

TEST_F(RunChunks, two_jobs_cannot_write_one_journal) {
    const auto first = open(JournalStart::fresh);
    EXPECT_THROW(static_cast<void>(open(JournalStart::resume_or_fresh)), InputError);
    EXPECT_THROW(static_cast<void>(open(JournalStart::replace)), InputError);
    EXPECT_TRUE(inspect_journal(folder_).in_use);
    first->remove(*communicator_);
    EXPECT_FALSE(fs::exists(folder_));
}

TEST_F(RunChunks, what_a_killed_removal_left_is_no_journal) {
    static_cast<void>(run(*communicator_, open(JournalStart::fresh).get(), 20));
    remove_remains(folder_);
    EXPECT_TRUE(fs::exists(folder_));  // it is whole
    fs::remove(folder_ / "study");     // which goes first
    const Visits again = run(*communicator_, open(JournalStart::fresh).get(), 20);
    EXPECT_EQ(again.computed, std::vector<int>(20, 1));
    fs::remove(folder_ / "study");
    remove_remains(folder_);
    EXPECT_FALSE(fs::exists(folder_));
}

TEST_F(RunChunks, what_is_missing_can_be_told) {
    {
        const StopListener listener(60.0, [] { return std::string(); });
        static_cast<void>(run(*communicator_, open(JournalStart::fresh).get(), 42, 5));
    }
    const JournalState state = inspect_journal(folder_);
    ASSERT_EQ(state.sections.size(), 1U);
    EXPECT_EQ(state.sections[0].plan.n_chunks(), 11);
    EXPECT_EQ(state.sections[0].done, 5);
    EXPECT_EQ(state.sections[0].begun, 0);
    EXPECT_EQ(state.attempts, 1);
    EXPECT_FALSE(state.in_use);
}

TEST_F(RunChunks, records_come_back_in_order) {
    const auto journal = open(JournalStart::fresh);
    static_cast<void>(run(*communicator_, journal.get(), 42));
    std::int64_t next = 0;
    read_chunks<std::int64_t>(*communicator_, *journal, plan_of(42),
                              [&](const Chunk& chunk, std::span<const std::int64_t> squares) {
                                  EXPECT_EQ(chunk.first, next);
                                  next = chunk.last;
                                  EXPECT_EQ(squares.back(), (next - 1) * (next - 1));
                              });
    EXPECT_EQ(next, 42);
}

TEST_F(RunChunks, a_grace_that_runs_out_ends_the_process_with_75) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            const StopListener listener(0.05, [] { return std::string("last words"); });
            std::raise(SIGTERM);
            while (true) {
            }
        },
        testing::ExitedWithCode(75), "last words");
}

}  // namespace
}  // namespace kohort::engine
