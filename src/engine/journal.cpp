#include "engine/journal.hpp"

#include "engine/agree.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace kohort::engine {
namespace {

namespace fs = std::filesystem;

constexpr const char* title = "kohort journal 1";

enum class Lock { taken, held_by_another, not_supported };

/// A lock of the open file (not of the process), which ends with the process however it ends.
Lock try_to_lock(const DiskFile& file, short kind) {
    struct flock lock{};
    lock.l_type = kind;
    lock.l_whence = SEEK_SET;
    if (::fcntl(file.descriptor(), F_OFD_SETLK, &lock) == 0) return Lock::taken;
    return errno == EAGAIN || errno == EACCES ? Lock::held_by_another : Lock::not_supported;
}

bool was_removed(const DiskFile& file) {
    struct stat status{};
    return ::fstat(file.descriptor(), &status) != 0 || status.st_nlink == 0;
}

/// Throws InputError if another job has it.
DiskFile take_lock(const fs::path& folder) {
    while (true) {
        std::error_code error;
        fs::create_directory(folder, error);
        if (error) disk_failed(folder, "make this folder", error.value());
        DiskFile file(folder / "lock", O_RDWR | O_CREAT);
        if (try_to_lock(file, F_WRLCK) == Lock::held_by_another)
            throw InputError({folder.string()}, "another job is writing this result",
                             "wait for it, stop it, or give this one another output");
        if (!was_removed(file)) return file;  // else its last owner was just done with it
    }
}

std::uint64_t number_of(const StudyIdentity& identity) {
    std::vector<std::uint64_t> words;
    for (const auto& [name, value] : identity)
        for (const std::string& text : {name, value})
            for (const char letter : text + '\n') words.push_back(static_cast<unsigned char>(letter));
    return checksum(words, 0);
}

std::string text_of(const StudyIdentity& identity, std::int64_t attempts) {
    std::string text = std::string(title) + '\n';
    for (const auto& [name, value] : identity) text.append(name).append(" ").append(value).append("\n");
    text += "attempts " + std::to_string(attempts) + '\n';
    std::vector<std::uint64_t> words(text.begin(), text.end());
    return text + "check " + std::to_string(checksum(words, 0)) + '\n';
}

struct StudyText {
    StudyIdentity identity;
    std::int64_t attempts = 0;
};

[[noreturn]] void refuse_damaged(const fs::path& folder) {
    throw InputError({folder.string()}, "the description of this unfinished run is damaged",
                     "start the study again with --overwrite");
}

StudyText read_study(const fs::path& folder) {
    std::ifstream file(folder / "study");
    std::ostringstream all;
    all << file.rdbuf();
    std::istringstream lines(all.str());
    std::string line;
    std::getline(lines, line);
    StudyText study;
    while (std::getline(lines, line) && !line.starts_with("check ")) {
        const std::size_t space = line.find(' ');
        if (space == std::string::npos) refuse_damaged(folder);
        study.identity.emplace_back(line.substr(0, space), line.substr(space + 1));
    }
    if (study.identity.empty() || study.identity.back().first != "attempts") refuse_damaged(folder);
    study.attempts = std::atoll(study.identity.back().second.c_str());
    study.identity.pop_back();
    if (all.str() != text_of(study.identity, study.attempts)) refuse_damaged(folder);
    return study;
}

void require_same(const fs::path& folder, const StudyIdentity& ours, const StudyIdentity& theirs) {
    for (std::size_t at = 0; at < ours.size(); ++at) {
        if (at < theirs.size() && ours[at] == theirs[at]) continue;
        const std::string was = at < theirs.size() ? theirs[at].second : "missing";
        throw InputError({folder.string()},
                         "the unfinished run is not of this study: its " + ours[at].first + " is " + was +
                             ", here it is " + ours[at].second,
                         "go on with the study and program that began it, or start again with --overwrite");
    }
}

bool is_section(const fs::path& file) {
    return file.filename() != "study" && file.filename() != "lock" && file.extension() != ".new";
}

bool holds_sections(const fs::path& folder) {
    for (const auto& entry : fs::directory_iterator(folder))
        if (is_section(entry.path())) return true;
    return false;
}

/// All but the lock. The description goes first: sections without one are what a killed removal left.
void empty_folder(const fs::path& folder) {
    fs::remove(folder / "study");
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().filename() != "lock") files.push_back(entry.path());
    for (const fs::path& file : files) fs::remove(file);
}

void remove_folder(const fs::path& folder) {
    empty_folder(folder);
    fs::remove(folder / "lock");
    fs::remove(folder);
}

}  // namespace

fs::path journal_folder(const fs::path& result) { return result.string() + ".journal"; }

Journal::Journal(Communicator& communicator, fs::path folder, const StudyIdentity& identity, const JournalOptions& options)
    : folder_(std::move(folder)), options_(options), study_(number_of(identity)) {
    all_or_none(communicator, communicator.rank() == 0, [&] { start_on_first_rank(identity, options.start); });
    attempt_ = communicator.max(attempt_);
}

void Journal::start_on_first_rank(const StudyIdentity& identity, JournalStart start) {
    lock_ = take_lock(folder_);
    const bool is_there = fs::exists(folder_ / "study") && holds_sections(folder_);
    if (is_there && start == JournalStart::fresh)
        throw InputError({folder_.string()}, "this study was begun and not finished",
                         "add --resume to go on with it, or --overwrite to start again");
    if (is_there && start == JournalStart::resume_or_fresh) {
        const StudyText earlier = read_study(folder_);
        require_same(folder_, identity, earlier.identity);
        attempt_ = earlier.attempts;
    } else {
        empty_folder(folder_);
    }
    replace_file(folder_ / "study", text_of(identity, attempt_ + 1));
}

JournalSection& Journal::section(Communicator& communicator, const ChunkPlan& plan) {
    auto& section = sections_[plan.name];
    if (!section)
        section = std::make_unique<JournalSection>(
            communicator, folder_, plan,
            JournalSection::Options{.study = study_, .attempt = attempt_, .seconds_between = options_.seconds_between});
    return *section;
}

void Journal::add(const Tally& tally) {
    tally_.chunks_computed += tally.chunks_computed;
    tally_.chunks_from_journal += tally.chunks_from_journal;
    tally_.busy_seconds += tally.busy_seconds;
    tally_.idle_seconds += tally.idle_seconds;
}

Tally Journal::tally() const {
    Tally all = tally_;
    for (const auto& [name, section] : sections_) all.journal_seconds += section->seconds_spent();
    return all;
}

void Journal::remove(Communicator& communicator) {
    sections_.clear();
    communicator.barrier();
    all_or_none(communicator, communicator.rank() == 0, [&] {
        remove_folder(folder_);
        lock_ = DiskFile();
    });
}

void remove_remains(const fs::path& folder) {
    if (!fs::exists(folder) || fs::exists(folder / "study")) return;
    const DiskFile lock = take_lock(folder);
    if (!fs::exists(folder / "study")) remove_folder(folder);
}

JournalState inspect_journal(const fs::path& folder) {
    if (!fs::exists(folder / "study"))
        throw InputError({folder.string()}, "this is no journal of an unfinished run", "name a study file or a result");
    const StudyText study = read_study(folder);
    JournalState state{study.identity, study.attempts};
    const DiskFile lock(folder / "lock", O_RDONLY | O_CREAT);
    state.in_use = try_to_lock(lock, F_RDLCK) == Lock::held_by_another;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
        if (!is_section(file)) continue;
        if (auto section = inspect_section(file, number_of(study.identity)))
            state.sections.push_back(std::move(*section));
    }
    return state;
}

}  // namespace kohort::engine
