#include "engine/journal_section.hpp"

#include "engine/agree.hpp"

#include <fcntl.h>

#include <array>
#include <bit>
#include <cstdio>
#include <cstring>
#include <sstream>

namespace kohort::engine {
namespace {

using Time = std::chrono::steady_clock;

constexpr std::int64_t header_bytes = 4096;  // of each of two copies of the section's description
constexpr std::int64_t n_headers = 2;
constexpr std::int64_t page = 4096;  // slots do not share pages, so that ranks on other machines write to their own

constexpr std::uint64_t mark_done = 0x6b6f686f72743144;   // "kohort1D"
constexpr std::uint64_t mark_begun = 0x6b6f686f72743142;  // "kohort1B"

struct SlotHead {
    std::uint64_t mark = 0;
    std::uint64_t chunk = 0;
    std::uint64_t attempt = 0;
    std::uint64_t n_numbers = 0;
    std::uint64_t checksum = 0;  // of the record, seeded with all the rest
};
constexpr std::size_t head_words = sizeof(SlotHead) / sizeof(std::uint64_t);

double seconds_since(Time::time_point start) { return std::chrono::duration<double>(Time::now() - start).count(); }

std::int64_t slot_bytes(const ChunkPlan& plan) {
    const auto bytes = static_cast<std::int64_t>(sizeof(SlotHead) + plan.record_numbers * sizeof(std::uint64_t));
    return (bytes + page - 1) / page * page;
}

std::uint64_t seed_of(const SlotHead& head, std::uint64_t study) {
    const std::array words{head.chunk, head.attempt, head.n_numbers};
    return checksum(words, study);
}

std::string hex(std::uint64_t number) {
    std::array<char, 20> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(number));
    return text.data();
}

std::uint64_t checksum_of_text(const std::string& text, std::uint64_t seed) {
    std::vector<std::uint64_t> words((text.size() + 7) / 8 + 1, 0);
    std::memcpy(words.data(), text.data(), text.size());
    words.back() = text.size();
    return checksum(words, seed);
}

std::string description_of(const ChunkPlan& plan, std::uint64_t study) {
    const std::string text = "kohort journal section 1\nname " + plan.name + "\nitems " + std::to_string(plan.n_items) +
                             "\nchunk " + std::to_string(plan.chunk_size) + "\nrecord " +
                             std::to_string(plan.record_numbers) + "\n";
    return text + "check " + hex(checksum_of_text(text, study)) + "\n";
}

/// The plan in a description, if it is whole and of this study.
std::optional<ChunkPlan> parse(const std::string& text, std::uint64_t study) {
    std::istringstream words(text);
    std::string word;
    ChunkPlan plan;
    std::string title;
    std::getline(words, title);
    words >> word >> plan.name >> word >> plan.n_items >> word >> plan.chunk_size >> word >> plan.record_numbers;
    if (!words || plan.chunk_size <= 0 || plan.n_items < 0 || !text.starts_with(description_of(plan, study))) return {};
    return plan;
}

std::optional<ChunkPlan> read_plan(const DiskFile& file, std::uint64_t study) {
    for (std::int64_t copy = 0; copy < n_headers; ++copy) {
        std::string text(static_cast<std::size_t>(header_bytes), '\0');
        text.resize(file.read(std::as_writable_bytes(std::span(text)), copy * header_bytes));
        if (auto plan = parse(text, study)) return plan;
    }
    return {};
}

void make_section(const std::filesystem::path& path, const ChunkPlan& plan, std::uint64_t study) {
    const std::filesystem::path draft = path.string() + ".new";
    {
        const DiskFile file(draft, O_RDWR | O_CREAT | O_TRUNC);
        file.reserve(n_headers * header_bytes + plan.n_chunks() * slot_bytes(plan));
        const std::string text = description_of(plan, study);
        for (std::int64_t copy = 0; copy < n_headers; ++copy)
            file.write(std::as_bytes(std::span(text)), copy * header_bytes);
        file.sync();
    }
    if (::rename(draft.c_str(), path.c_str()) != 0) disk_failed(path, "give it its name", errno);
    sync_folder(path.parent_path());
}

struct Slot {
    SlotHead head;
    bool whole = false;
    JournalSection::Record record;  // if whole
};

Slot read_slot_of(const DiskFile& file, const ChunkPlan& plan, std::uint64_t study, std::int64_t chunk) {
    Slot slot;
    std::vector<std::uint64_t> words(head_words + plan.record_numbers);
    const std::int64_t at = n_headers * header_bytes + chunk * slot_bytes(plan);
    const std::size_t n_read = file.read(std::as_writable_bytes(std::span(words)), at) / sizeof(std::uint64_t);
    if (n_read < head_words) return slot;
    std::array<std::uint64_t, head_words> head_bits{};
    std::copy_n(words.begin(), head_words, head_bits.begin());
    slot.head = std::bit_cast<SlotHead>(head_bits);
    const SlotHead& head = slot.head;
    if (head.mark != mark_done || head.chunk != static_cast<std::uint64_t>(chunk)) return slot;
    if (head.n_numbers > plan.record_numbers || n_read < head_words + head.n_numbers) return slot;
    slot.record.assign(words.begin() + head_words, words.begin() + static_cast<std::ptrdiff_t>(head_words + head.n_numbers));
    slot.whole = checksum(slot.record, seed_of(head, study)) == head.checksum;
    return slot;
}

}  // namespace

// Multiply and fold (after wyhash, public domain): every bit of a word reaches every bit of the sum.
std::uint64_t checksum(std::span<const std::uint64_t> numbers, std::uint64_t seed) {
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio
    std::uint64_t sum = seed ^ (odd * (numbers.size() + 1));
    for (const std::uint64_t number : numbers) {
        sum = (sum ^ number) * odd;
        sum ^= sum >> 32;
    }
    sum *= 0xd6e8feb86659fd93;
    return sum ^ (sum >> 32);
}

JournalSection::JournalSection(Communicator& communicator, const std::filesystem::path& folder, const ChunkPlan& plan,
                               const Options& options)
    : plan_(plan), options_(options), synced_at_(Time::now()) {
    const std::filesystem::path path = folder / plan.name;
    bool is_new = false;
    all_or_none(communicator, communicator.rank() == 0, [&] {
        is_new = !std::filesystem::exists(path);
        if (is_new) make_section(path, plan, options.study);
    });
    is_new = communicator.max(std::int64_t{is_new ? 1 : 0}) == 1;
    all_or_none(communicator, true, [&] {
        file_ = DiskFile(path, O_RDWR);
        const auto found = read_plan(file_, options.study);
        if (!found || found->n_items != plan.n_items)
            throw InputError({path.string()}, "this part of the journal is damaged or of another study",
                             "start the study again with --overwrite");
        plan_ = *found;
    });
    share_ = plan_.share(communicator.rank(), communicator.size());
    done_.assign(static_cast<std::size_t>(share_.last - share_.first), false);
    if (is_new) return;
    all_or_none(communicator, true, [&] {
        for (std::int64_t chunk = share_.first; chunk < share_.last; ++chunk)
            done_[static_cast<std::size_t>(chunk - share_.first)] = read_slot_of(file_, plan_, options_.study, chunk).whole;
    });
}

std::int64_t JournalSection::slot_at(std::int64_t chunk) const {
    KOHORT_CHECK(chunk >= 0 && chunk < plan_.n_chunks());
    return n_headers * header_bytes + chunk * slot_bytes(plan_);
}

void JournalSection::begin(std::int64_t chunk) {
    const Time::time_point start = Time::now();
    const SlotHead head{mark_begun, static_cast<std::uint64_t>(chunk), static_cast<std::uint64_t>(options_.attempt)};
    file_.write(std::as_bytes(std::span(&head, 1)), slot_at(chunk));
    seconds_spent_ += seconds_since(start);
}

void JournalSection::write(std::int64_t chunk, std::span<const std::uint64_t> record) {
    KOHORT_CHECK(record.size() <= plan_.record_numbers);
    const Time::time_point start = Time::now();
    SlotHead head{mark_done, static_cast<std::uint64_t>(chunk), static_cast<std::uint64_t>(options_.attempt), record.size()};
    head.checksum = checksum(record, seed_of(head, options_.study));
    std::vector<std::uint64_t> words(head_words + record.size());
    std::ranges::copy(std::bit_cast<std::array<std::uint64_t, head_words>>(head), words.begin());
    std::ranges::copy(record, words.begin() + head_words);
    file_.write(std::as_bytes(std::span(words)), slot_at(chunk));
    seconds_spent_ += seconds_since(start);
    if (seconds_since(synced_at_) >= options_.seconds_between) sync();
}

void JournalSection::sync() {
    const Time::time_point start = Time::now();
    file_.sync();
    synced_at_ = Time::now();
    seconds_spent_ += seconds_since(start);
}

JournalSection::Record JournalSection::read(std::int64_t chunk) const {
    const Time::time_point start = Time::now();
    Slot slot = read_slot_of(file_, plan_, options_.study, chunk);
    seconds_spent_ += seconds_since(start);
    if (!slot.whole)
        throw DiskError(file_.path().string() + ": chunk " + std::to_string(chunk) +
                        " is not what was written there; start again with --resume to compute it anew");
    return std::move(slot.record);
}

std::optional<SectionState> inspect_section(const std::filesystem::path& path, std::uint64_t study) {
    const DiskFile file(path, O_RDONLY);
    const auto plan = read_plan(file, study);
    if (!plan) return {};
    SectionState state{*plan};
    std::uint64_t latest = 0;
    std::vector<std::uint64_t> begun_in;
    for (std::int64_t chunk = 0; chunk < plan->n_chunks(); ++chunk) {
        const Slot slot = read_slot_of(file, *plan, study, chunk);
        state.done += slot.whole ? 1 : 0;
        if (!slot.record.empty() && slot.whole && (state.head.empty() || slot.record.front() >= state.head.front()))
            state.head.assign(slot.record.begin(),
                              slot.record.begin() + std::min<std::ptrdiff_t>(3, std::ssize(slot.record)));
        if (slot.head.mark == mark_begun) begun_in.push_back(slot.head.attempt);
        if (slot.whole || slot.head.mark == mark_begun) latest = std::max(latest, slot.head.attempt);
    }
    state.begun = std::count(begun_in.begin(), begun_in.end(), latest);
    return state;
}

}  // namespace kohort::engine
