#include "engine/dry_run.hpp"

#include "base/errors.hpp"

#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace kohort::engine {
namespace {

constexpr std::size_t stack_bytes = 64 << 10;  // of which only touched pages take memory

/// One pretended rank: its stack, its clock, and what it sent.
struct Fibre {
    ucontext_t context{};
    double clock = 0.0;  // [s]
    double spent = 0.0;  // [s]
    std::int64_t messages = 0;
    std::int64_t bytes = 0;
    std::int64_t served = 0;
};

struct Group;

/// All stacks, and the order in which they run.
class World {
public:
    World(const DryRunOptions& options, const std::function<void(DryRank&)>& body);
    ~World() { ::munmap(stacks_, stack_bytes * fibres_.size()); }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    DryRunReport run();
    void lay_out(int rank);

    Fibre& fibre(int rank) { return fibres_[static_cast<std::size_t>(rank)]; }
    void wake(int rank) { ready_.emplace(fibre(rank).clock, rank); }
    /// Lets others run until somebody wakes this rank.
    void sleep(int rank) { ::swapcontext(&fibre(rank).context, &scheduler_); }
    [[nodiscard]] double message_seconds() const { return options_.message_seconds; }
    [[nodiscard]] double bytes_per_second() const { return options_.bytes_per_second; }

private:
    static void start(unsigned high, unsigned low, int rank);
    void live(int rank);

    DryRunOptions options_;
    const std::function<void(DryRank&)>& body_;
    std::vector<Fibre> fibres_;
    void* stacks_ = nullptr;
    ucontext_t scheduler_{};
    std::vector<std::unique_ptr<Group>> groups_;  // all ranks, then each machine's
    using Turn = std::pair<double, int>;          // clock, rank
    std::priority_queue<Turn, std::vector<Turn>, std::greater<>> ready_;
};

/// A set of ranks, and the collective that some of them have come to.
struct Group {
    Group(World& in, int first, int size)
        : world(in), first_rank(first), n_ranks(size), share(static_cast<std::size_t>(size)) {}

    World& world;
    int first_rank;
    int n_ranks;
    int n_arrived = 0;
    std::vector<void*> share;  // (n_ranks) what each rank brought

    /// Called by every rank of the group; the last one does work(shares in rank order) for all.
    template <class Share, class Work>
    void meet(int rank, Share& mine, std::int64_t n_bytes, Work&& work) {
        Fibre& fibre = world.fibre(first_rank + rank);
        const std::int64_t hops = std::bit_width(static_cast<unsigned>(n_ranks - 1));
        fibre.messages += hops;
        fibre.bytes += hops * n_bytes;
        share[static_cast<std::size_t>(rank)] = &mine;
        if (++n_arrived < n_ranks) {
            world.sleep(first_rank + rank);
            return;
        }
        n_arrived = 0;
        work([this](int other) -> Share& { return *static_cast<Share*>(share[static_cast<std::size_t>(other)]); });
        double latest = 0.0;
        for (int other = first_rank; other < first_rank + n_ranks; ++other)
            latest = std::max(latest, world.fibre(other).clock);
        for (int other = first_rank; other < first_rank + n_ranks; ++other) {
            world.fibre(other).clock = latest + static_cast<double>(hops) * world.message_seconds();
            if (other != first_rank + rank) world.wake(other);
        }
    }
};

/// Every rank's handle on the same numbers.
class DryNumbers final : public SharedNumbers {
public:
    DryNumbers(Group& group, int rank, std::shared_ptr<std::vector<std::int64_t>> numbers)
        : group_(group), rank_(rank), numbers_(std::move(numbers)) {
        per_rank_ = std::max<std::size_t>(1, (numbers_->size() + static_cast<std::size_t>(group.n_ranks) - 1) /
                                                 static_cast<std::size_t>(group.n_ranks));
    }

    std::int64_t fetch_add(std::int64_t at, std::int64_t step) override {
        const std::int64_t before = number(at);
        number(at) += step;
        return before;
    }
    std::int64_t compare_swap(std::int64_t at, std::int64_t expected, std::int64_t desired) override {
        std::int64_t& there = number(at);
        const std::int64_t before = there;
        if (before == expected) there = desired;
        return before;
    }
    std::int64_t get(std::int64_t at) override { return number(at); }
    void put(std::int64_t at, std::span<const std::int64_t> values) override {
        while (!values.empty()) {
            const std::size_t n = std::min(values.size(), per_rank_ - static_cast<std::size_t>(at) % per_rank_);
            std::copy_n(values.begin(), n, &number(at, n));
            values = values.subspan(n);
            at += static_cast<std::int64_t>(n);
        }
    }

private:
    /// A number that is about to be reached for, with n - 1 others behind it at the same owner.
    std::int64_t& number(std::int64_t at, std::size_t n = 1) {
        const auto index = static_cast<std::size_t>(at);
        Fibre& mine = group_.world.fibre(group_.first_rank + rank_);
        mine.messages += 1;
        mine.bytes += static_cast<std::int64_t>(n * sizeof(std::int64_t));
        mine.clock += group_.world.message_seconds();
        group_.world.fibre(group_.first_rank + static_cast<int>(index / per_rank_)).served += 1;
        return numbers_->at(index);
    }

    Group& group_;
    int rank_;
    std::shared_ptr<std::vector<std::int64_t>> numbers_;
    std::size_t per_rank_;
};

class DryCommunicator final : public DryRank {
public:
    DryCommunicator(Group& group, int rank, Communicator* node) : group_(group), rank_(rank), node_(node) {}

    void spend(double seconds) override {
        group_.world.fibre(group_.first_rank + rank_).spent += seconds;
        wait(seconds);
    }
    void pretend_to_sum(std::int64_t n_bytes) override {
        int nothing = 0;
        group_.meet(rank_, nothing, n_bytes, [](auto&&) {});
        wait(2.0 * static_cast<double>(n_bytes) / group_.world.bytes_per_second());  // once to be summed, once back
    }
    void pretend_to_gather(std::int64_t n_bytes) override {
        group_.meet(rank_, n_bytes, 0, [this, n = group_.n_ranks](auto&& of_rank) {
            std::int64_t total = 0;
            for (int other = 0; other < n; ++other) total += of_rank(other);
            pass_on(total);
        });
    }
    int rank() const override { return rank_; }
    int size() const override { return group_.n_ranks; }
    Communicator& node() override { return node_ != nullptr ? *node_ : *this; }
    void barrier() override {
        int nothing = 0;
        group_.meet(rank_, nothing, 0, [](auto&&) {});
    }
    void sum(std::span<std::int64_t> values) override { reduce(values, std::plus<>()); }
    void max(std::span<std::int64_t> values) override {
        reduce(values, [](std::int64_t one, std::int64_t other) { return std::max(one, other); });
    }
    void exclusive_scan(std::span<std::int64_t> values) override {
        meet_for(values, [n = group_.n_ranks](auto&& of_rank) {
            std::vector<std::int64_t> below(of_rank(0).size(), 0);
            for (int other = 0; other < n; ++other)
                for (std::size_t at = 0; at < below.size(); ++at)
                    below[at] += std::exchange(of_rank(other)[at], below[at]);
        });
    }
    std::int64_t max(std::int64_t value) override { return largest(value); }
    double max(double value) override { return largest(value); }
    std::string broadcast(std::string text, int root) override {
        const auto n_bytes = static_cast<std::int64_t>(text.size());
        group_.meet(rank_, text, n_bytes, [&, n = group_.n_ranks](auto&& of_rank) {
            for (int other = 0; other < n; ++other) of_rank(other) = of_rank(root);
        });
        return text;
    }
    std::vector<double> gather_all(std::span<const double> mine) override { return gather(mine, size()); }
    std::vector<std::int64_t> gather_all(std::span<const std::int64_t> mine) override { return gather(mine, size()); }
    std::vector<double> gather_on_first(std::span<const double> mine) override { return gather(mine, 1); }
    std::unique_ptr<SharedNumbers> shared_numbers(std::int64_t n) override {
        std::shared_ptr<std::vector<std::int64_t>> numbers;
        group_.meet(rank_, numbers, 0, [&, n_ranks = group_.n_ranks](auto&& of_rank) {
            const auto one = std::make_shared<std::vector<std::int64_t>>(static_cast<std::size_t>(n));
            for (int other = 0; other < n_ranks; ++other) of_rank(other) = one;
        });
        return std::make_unique<DryNumbers>(group_, rank_, std::move(numbers));
    }

private:
    void wait(double seconds) {
        const int rank = group_.first_rank + rank_;
        group_.world.fibre(rank).clock += seconds;
        group_.world.wake(rank);
        group_.world.sleep(rank);
    }
    template <class Work>
    void meet_for(std::span<std::int64_t> values, Work&& work) {
        group_.meet(rank_, values, static_cast<std::int64_t>(values.size_bytes()), work);
    }
    template <class Operation>
    void reduce(std::span<std::int64_t> values, Operation&& operation) {
        meet_for(values, [&, n = group_.n_ranks](auto&& of_rank) {
            std::span<std::int64_t> total = of_rank(0);
            for (int other = 1; other < n; ++other)
                for (std::size_t at = 0; at < total.size(); ++at) total[at] = operation(total[at], of_rank(other)[at]);
            for (int other = 1; other < n; ++other) std::ranges::copy(total, of_rank(other).begin());
        });
    }
    template <class Number>
    Number largest(Number value) {
        group_.meet(rank_, value, sizeof value, [n = group_.n_ranks](auto&& of_rank) {
            Number most = of_rank(0);
            for (int other = 1; other < n; ++other) most = std::max(most, of_rank(other));
            for (int other = 0; other < n; ++other) of_rank(other) = most;
        });
        return value;
    }
    /// n_receivers: ranks that get it all, from rank 0 on.
    template <class Number>
    std::vector<Number> gather(std::span<const Number> mine, int n_receivers) {
        std::vector<Number> all;
        std::pair<std::span<const Number>, std::vector<Number>*> share{mine, &all};
        group_.meet(rank_, share, 0, [this, n_receivers, n = group_.n_ranks](auto&& of_rank) {
            std::vector<Number> joined;
            for (int other = 0; other < n; ++other)
                joined.insert(joined.end(), of_rank(other).first.begin(), of_rank(other).first.end());
            for (int other = 0; other < n_receivers; ++other) *of_rank(other).second = joined;
            pass_on(static_cast<std::int64_t>(joined.size() * sizeof(Number)));
        });
        return all;
    }
    /// Every rank of the group sends so many bytes.
    void pass_on(std::int64_t n_bytes) {
        for (int other = 0; other < group_.n_ranks; ++other)
            group_.world.fibre(group_.first_rank + other).bytes += n_bytes;
    }

    Group& group_;
    int rank_;
    Communicator* node_;
};

World::World(const DryRunOptions& options, const std::function<void(DryRank&)>& body)
    : options_(options), body_(body), fibres_(static_cast<std::size_t>(options.ranks)) {
    KOHORT_CHECK(options.ranks > 0 && options.ranks_per_node > 0);
    stacks_ = ::mmap(nullptr, stack_bytes * fibres_.size(), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    KOHORT_CHECK(stacks_ != MAP_FAILED);
    groups_.push_back(std::make_unique<Group>(*this, 0, options.ranks));
    for (int first = 0; first < options.ranks; first += options.ranks_per_node)
        groups_.push_back(std::make_unique<Group>(*this, first, std::min(options.ranks_per_node, options.ranks - first)));
}

/// makecontext(3) hands on integers only, so this comes in two halves.
void World::start(unsigned high, unsigned low, int rank) {
    const std::uintptr_t address = static_cast<std::uintptr_t>(high) << 32 | low;
    std::bit_cast<World*>(address)->live(rank);
}

void World::live(int rank) {
    const int machine = rank / options_.ranks_per_node;
    DryCommunicator node(*groups_[static_cast<std::size_t>(machine) + 1], rank % options_.ranks_per_node, nullptr);
    DryCommunicator all(*groups_[0], rank, &node);
    body_(all);
}

/// A stack for the rank, and where it begins. In a function of its own, since getcontext may return twice for all the compiler knows.
void World::lay_out(int rank) {
    const auto address = reinterpret_cast<std::uintptr_t>(this);
    ucontext_t& context = fibre(rank).context;
    ::getcontext(&context);
    context.uc_stack.ss_sp = static_cast<std::byte*>(stacks_) + stack_bytes * static_cast<std::size_t>(rank);
    context.uc_stack.ss_size = stack_bytes;
    context.uc_link = &scheduler_;
    ::makecontext(&context, reinterpret_cast<void (*)()>(&World::start), 3, static_cast<unsigned>(address >> 32),
                  static_cast<unsigned>(address), rank);
}

DryRunReport World::run() {
    for (int rank = 0; rank < options_.ranks; ++rank) {
        lay_out(rank);
        wake(rank);
    }
    while (!ready_.empty()) {
        const int rank = ready_.top().second;
        ready_.pop();
        ::swapcontext(&scheduler_, &fibre(rank).context);
    }
    DryRunReport report;
    double spent = 0.0;
    for (const Fibre& one : fibres_) {
        report.seconds = std::max(report.seconds, one.clock);
        spent += one.spent;
        report.messages += one.messages;
        report.most_messages = std::max(report.most_messages, one.messages);
        report.bytes += one.bytes;
        report.most_bytes = std::max(report.most_bytes, one.bytes);
        report.most_served = std::max(report.most_served, one.served);
    }
    report.mean_spent_seconds = spent / static_cast<double>(fibres_.size());
    return report;
}

}  // namespace

DryRunReport dry_run(const DryRunOptions& options, const std::function<void(DryRank&)>& body) {
    return World(options, body).run();
}

}  // namespace kohort::engine
