// A study that is stopped in the middle of a round goes on from there: no run is done twice.
#include "uncertainty/rounds.hpp"
#include "cli/prepared_uncertainty.hpp"
#include "engine/stop.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

namespace kohort::uncertainty {
namespace {

namespace fs = std::filesystem;

/// How often each block was added.
class Visits final : public Analysis {
public:
    explicit Visits(std::int64_t blocks) : visits_(static_cast<std::size_t>(blocks), 0) {}
    void add(std::int64_t block, const BlockValues&) override {
        ++visits_[static_cast<std::size_t>(block)];
        ++added_here;
    }
    [[nodiscard]] std::vector<StatePiece> pieces() override { return {{std::span<std::int64_t>(visits_)}}; }
    void report(Findings&, engine::Communicator&) const override {}
    [[nodiscard]] const std::vector<std::int64_t>& visits() const { return visits_; }
    std::int64_t added_here = 0;

private:
    std::vector<std::int64_t> visits_;
};

class StoppedStudy : public testing::Test {
protected:
    StoppedStudy()
        : study_(cli::prepare_uncertainty(std::string(FUNCTIONS_DIR) + "/ishigami/study.yaml")),
          kernel_(engine::build_kernel(study_.program, *alone_)) {
        study_.file.study.design.n = 8192;
        study_.design = make_design(study_.study(), 1);
    }
    void SetUp() override { fs::remove_all(folder_); }
    void TearDown() override { fs::remove_all(folder_); }

    /// One job, told to stop when so many runs are done. Returns what it said, nothing if it came to the end.
    std::string job(Visits& visits, std::int64_t stop_after) {
        engine::Journal journal(*alone_, folder_, {{"study", "ishigami"}},
                                {.start = engine::JournalStart::resume_or_fresh, .seconds_between = 60});
        engine::Simulator simulator(kernel_, *study_.run, cli::simulator_options(study_, kernel_));
        const RunContext context = cli::run_context(study_, simulator);
        const engine::StopListener listener(60.0, [] { return std::string(); });
        bool told = false;
        const auto show = [&](std::int64_t done, std::int64_t) {
            if (done >= stop_after && !std::exchange(told, true)) std::raise(SIGUSR1);
        };
        progress_ = {};
        try {
            run_rounds(study_.study(), context, {.chunk = 64, .journal = &journal, .seconds_between = 60}, visits,
                       *alone_, show, progress_);
        } catch (const engine::Interrupted& interrupted) {
            return interrupted.what();
        }
        return {};
    }

    static constexpr std::int64_t never = 1 << 30;
    std::unique_ptr<engine::Communicator> alone_ = engine::single_process();
    fs::path folder_ = fs::path(testing::TempDir()) / "kohort-stopped-study";
    cli::PreparedUncertainty study_;
    engine::Kernel kernel_;
    StudyProgress progress_;
};

TEST_F(StoppedStudy, LosesNothing) {
    const std::int64_t blocks = study_.design->blocks();
    const std::int64_t rows = study_.design->rows();
    Visits first(blocks);
    Visits second(blocks);
    Visits last(blocks);
    const std::string words = job(first, rows / 3);
    EXPECT_EQ(words, "runs: " + std::to_string(first.added_here * study_.design->block_rows()) + " of " +
                         std::to_string(rows) + " are done");
    EXPECT_NE(job(second, rows / 2), "");
    EXPECT_EQ(job(last, never), "");
    EXPECT_GT(first.added_here, 0);
    EXPECT_GT(second.added_here, 0);
    EXPECT_EQ(first.added_here + second.added_here + last.added_here, blocks);
    EXPECT_EQ(last.visits(), std::vector<std::int64_t>(static_cast<std::size_t>(blocks), 1));
    EXPECT_EQ(progress_.counts.runs(), rows);
}

}  // namespace
}  // namespace kohort::uncertainty
