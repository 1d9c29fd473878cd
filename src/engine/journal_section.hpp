// One file of a journal: a row of slots, one for each chunk of one stretch of a study.
//
// A slot is written once, by whichever rank computed the chunk, with a checksum over everything in it. Nothing else in the
// file is ever written again, so whatever a crash tears is a slot that was being written, and is computed anew. (Sums of an
// uncertainty study have two slots and are written to them in turn: one is always whole.) Numbers are stored as this machine
// has them.
#pragma once

#include "engine/chunk_plan.hpp"
#include "engine/communicator.hpp"
#include "engine/disk_file.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kohort::engine {

/// 64 bits that change with any change of the numbers or the seed.
[[nodiscard]] std::uint64_t checksum(std::span<const std::uint64_t> numbers, std::uint64_t seed);

/// What its writers had done when a section was last looked at.
struct SectionState {
    ChunkPlan plan;
    std::int64_t done = 0;              // chunks
    std::int64_t begun = 0;             // chunks that a rank had in hand in the latest attempt
    std::vector<std::uint64_t> head{};  // the first numbers, three at most, of the record whose first number is largest
};

class JournalSection {
public:
    using Record = std::vector<std::uint64_t>;  // doubles or integers, bit by bit

    struct Options {
        std::uint64_t study = 0;      // which study's journal this is; slots of another are not believed
        std::int64_t attempt = 0;     // how often the study was begun before
        double seconds_between = 60;  // two writes of this rank to the disk itself
    };

    /// Collective. Opens the section of this plan's name in a folder, or makes it. An existing one keeps its own chunk size.
    /// Throws DiskError, and InputError when the file is another stretch's or damaged beyond use, on all ranks alike.
    JournalSection(Communicator& communicator, const std::filesystem::path& folder, const ChunkPlan& plan,
                   const Options& options);

    [[nodiscard]] const ChunkPlan& plan() const { return plan_; }
    /// Whether a chunk of this rank's share was there, whole, when the section was opened.
    [[nodiscard]] bool was_done(std::int64_t chunk) const {
        return done_.at(static_cast<std::size_t>(chunk - share_.first));
    }

    /// Notes that this rank has the chunk in hand, so that what a crash cost can be told.
    void begin(std::int64_t chunk);
    void write(std::int64_t chunk, std::span<const std::uint64_t> record);
    /// The chunk's record; throws DiskError if it is not there or not what was written.
    [[nodiscard]] Record read(std::int64_t chunk) const;
    void sync();

    [[nodiscard]] double seconds_spent() const { return seconds_spent_; }  // by this rank, writing and reading

private:
    [[nodiscard]] std::int64_t slot_at(std::int64_t chunk) const;

    ChunkPlan plan_;
    Options options_;
    DiskFile file_;
    ChunkShare share_;
    std::vector<bool> done_;  // (share)
    mutable double seconds_spent_ = 0.0;
    std::chrono::steady_clock::time_point synced_at_;
};

/// Looks at a section without changing it, on one rank. Nothing if the file is not (yet) a section.
[[nodiscard]] std::optional<SectionState> inspect_section(const std::filesystem::path& file, std::uint64_t study);

}  // namespace kohort::engine
