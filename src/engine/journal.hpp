// What a study has finished, on disk: a killed study goes on from here, with any number of ranks and threads.
//
// A journal is a folder beside the result, <result>.journal:
//     study       which study, model and program; text, written once
//     lock        held by the running job
//     <section>   one file for each stretch of the study, see journal_section.hpp
// It is made before the first chunk is computed and removed when the result has its name.
#pragma once

#include "engine/journal_section.hpp"
#include "engine/tally.hpp"

#include <map>
#include <memory>

namespace kohort::engine {

enum class JournalStart {
    fresh,            // there must be none
    replace,          // an earlier one is thrown away
    resume_or_fresh,  // an earlier one is continued
};

struct JournalOptions {
    JournalStart start = JournalStart::fresh;
    double seconds_between = 60;  // see JournalSection::Options
};

/// What must be the same for a study to be continued: name and value, in order. No line breaks.
using StudyIdentity = std::vector<std::pair<std::string, std::string>>;

class Journal {
public:
    /// Collective. Throws InputError, on all ranks alike, when there is an unfinished run that is not to be continued or
    /// replaced, when it is of another study, and when another job is writing.
    Journal(Communicator& communicator, std::filesystem::path folder, const StudyIdentity& identity,
            const JournalOptions& options);
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Collective. The section of this name, opened or made at its first use.
    [[nodiscard]] JournalSection& section(Communicator& communicator, const ChunkPlan& plan);

    /// Whether any chunk can have been journalled.
    [[nodiscard]] bool has_sections() const { return attempt_ > 0 || !sections_.empty(); }
    /// How often the study was begun before.
    [[nodiscard]] std::int64_t attempt() const { return attempt_; }
    void add(const Tally& tally);
    [[nodiscard]] Tally tally() const;  // of this rank, over all sections
    /// Collective. The study is whole elsewhere, or nothing was journalled: takes the folder away.
    void remove(Communicator& communicator);

private:
    void start_on_first_rank(const StudyIdentity& identity, JournalStart start);

    std::filesystem::path folder_;
    JournalOptions options_;
    std::uint64_t study_ = 0;
    std::int64_t attempt_ = 0;
    DiskFile lock_;  // on rank 0
    Tally tally_;
    std::map<std::string, std::unique_ptr<JournalSection>> sections_;
};

/// Takes away what is left of a journal whose removal was killed. On one rank. Throws InputError if another job has it.
void remove_remains(const std::filesystem::path& folder);

/// A journal that somebody left, as far as it can be read.
struct JournalState {
    StudyIdentity identity;
    std::int64_t attempts = 0;
    bool in_use = false;  // by a job that still runs
    std::vector<SectionState> sections{};
};

/// Throws InputError if there is none, or if its description is damaged.
[[nodiscard]] JournalState inspect_journal(const std::filesystem::path& folder);

[[nodiscard]] std::filesystem::path journal_folder(const std::filesystem::path& result);

}  // namespace kohort::engine
