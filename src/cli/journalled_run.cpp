#include "cli/journalled_run.hpp"

#include "base/errors.hpp"
#include "base/version.hpp"
#include "engine/agree.hpp"
#include "engine/stop.hpp"
#include "io/result_reader.hpp"
#include "io/result_writer.hpp"

#include <cstdio>
#include <optional>

namespace kohort::cli {
namespace {

namespace fs = std::filesystem;

/// --overwrite is for results: it must not cost anybody a table of persons, or a study, whose name was typed by mistake.
void refuse_to_replace_other_files(const fs::path& output) {
    if (!fs::is_regular_file(output)) return;
    try {
        const io::ResultReader earlier(output);
    } catch (const InputError& error) {
        throw InputError({output.string()}, "only results are replaced, but " + error.problem(),
                         "choose another name, or delete this file yourself");
    }
}

/// output, if it is what this study gives, finished by this version.
std::optional<io::ResultReader> finished_result(const JournalledRun& what) {
    if (!fs::is_regular_file(what.output)) return {};
    try {
        io::ResultReader earlier(what.output);
        if (earlier.complete() && earlier.text("study_sha256") == what.study_sha256 &&
            earlier.text("model_sha256") == what.model_sha256 && earlier.text("engine_version") == version)
            return earlier;
    } catch (const InputError&) {
        return {};  // no result of ours: it will be refused as a file that exists
    }
    return {};
}

enum class Found { nothing, unfinished, finished, finished_but_twins_failed };

/// Collective: what --resume has to go on with, as rank 0 sees it.
Found find_earlier(Session& session, const JournalledRun& what) {
    Found found = Found::nothing;
    engine::all_or_none(session.communicator(), session.is_first() && what.options.resume, [&] {
        if (fs::exists(engine::journal_folder(what.output) / "study"))
            found = Found::unfinished;
        else if (const auto result = finished_result(what)) {
            found = result->failed_runs() == 0 ? Found::finished : Found::finished_but_twins_failed;
            engine::remove_remains(engine::journal_folder(what.output));
        }
    });
    return static_cast<Found>(session.communicator().max(static_cast<std::int64_t>(found)));
}

/// There is nothing to do: the exit code is that of the run which made the result.
Exit leave_alone(const Session& session, const fs::path& output, Found found) {
    const bool failures = found == Found::finished_but_twins_failed;
    if (session.is_first())
        std::fprintf(stderr, "%s is complete: nothing to do%s\n", output.c_str(),
                     failures ? "; some of its runs failed" : "");
    return failures ? Exit::twins_failed : Exit::ok;
}

std::string command_to_resume(const JournalledRun& what) {
    return "kohort run " + what.options.study.string() + " --output " + what.output.string() + " --resume";
}

std::string last_words(const JournalledRun& what) {
    return "kohort: stopped in the middle of a chunk, because its time was over; finished chunks are safe\n  go on "
           "with: " +
           command_to_resume(what);
}

engine::JournalStart start_of(const JournalledRun& what) {
    if (what.options.resume) return engine::JournalStart::resume_or_fresh;
    return what.options.overwrite ? engine::JournalStart::replace : engine::JournalStart::fresh;
}

}  // namespace

Exit run_with_journal(Session& session, const JournalledRun& what, const std::function<Exit(engine::Journal&)>& run) {
    const Found found = find_earlier(session, what);
    if (found == Found::finished || found == Found::finished_but_twins_failed)
        return leave_alone(session, what.output, found);
    const bool replaces = what.options.overwrite || found == Found::unfinished;
    if (replaces) refuse_to_replace_other_files(what.output);
    io::require_writable(MPI_COMM_WORLD, what.output, replaces);
    const engine::StopListener listener(what.options.grace_seconds, [&what] { return last_words(what); });
    engine::Journal journal(
        session.communicator(), engine::journal_folder(what.output),
        {{"study_sha256", what.study_sha256}, {"model_sha256", what.model_sha256}, {"engine_version", std::string(version)}},
        {.start = start_of(what), .seconds_between = what.options.checkpoint_seconds});
    try {
        return run(journal);
    } catch (const engine::Interrupted& interrupted) {
        if (session.is_first())
            std::fprintf(stderr, "kohort: stopped as asked; %s\n  go on with: %s\n", interrupted.what(),
                         command_to_resume(what).c_str());
        return Exit::resume;
    } catch (const InputError&) {
        if (!journal.has_sections()) journal.remove(session.communicator());
        throw;
    }
}

void finish(Session& session, engine::Journal& journal, const fs::path& output, io::Provenance provenance) {
    io::RunFacts& run = provenance.run;
    run.ranks = session.communicator().size();
    run.threads = session.threads();
    run.attempts = journal.attempt() + 1;
    run.tally = engine::over_ranks(journal.tally(), session.communicator());
    run.ranks_on_host = io::ranks_on_host(MPI_COMM_WORLD);
    if (session.is_first()) {
        try {
            io::write_side_file(output, run);
            io::write_provenance(output, provenance);
        } catch (const engine::DiskError& error) {
            std::fprintf(stderr, "warning: the result is whole, but a note beside it could not be written: %s\n",
                         error.what());
        }
    }
    journal.remove(session.communicator());
}

}  // namespace kohort::cli
