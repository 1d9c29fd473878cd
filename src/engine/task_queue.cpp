#include "engine/task_queue.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace kohort::engine {
namespace {

constexpr int n_classes = 64;
constexpr double class_ratio = 1.05;                        // tasks within 5 % of one another are as good as equal
constexpr std::int64_t beyond_all = std::int64_t{1} << 40;  // more than any study has, and addable by millions of ranks

// A machine's batch in one number, so that it changes at once: the next position, and how many are left.
constexpr std::int64_t left_bits = 20;
constexpr std::int64_t being_refilled = -1;
std::int64_t batch(std::int64_t next, std::int64_t left) { return next << left_bits | left; }
std::int64_t next_of(std::int64_t batch) { return batch >> left_bits; }
std::int64_t left_of(std::int64_t batch) { return batch & ((std::int64_t{1} << left_bits) - 1); }

/// 0 for the costliest.
std::size_t class_of(double cost, double largest) {
    if (cost <= 0.0) return largest <= 0.0 ? 0 : n_classes - 1;
    const double steps = std::log(largest / cost) / std::log(class_ratio);
    return static_cast<std::size_t>(std::clamp(steps, 0.0, n_classes - 1.0));
}

}  // namespace

TaskQueue::TaskQueue(Communicator& communicator, std::span<const Task> mine) {
    Communicator& node = communicator.node();
    ranks_on_node_ = node.size();
    std::array<std::int64_t, 2> totals{static_cast<std::int64_t>(mine.size()), node.rank() == 0 ? 1 : 0};
    communicator.sum(totals);
    n_tasks_ = totals[0];
    n_nodes_ = totals[1];
    chunk_at_ = communicator.shared_numbers(n_tasks_);
    taken_ = communicator.shared_numbers(1);
    if (n_nodes_ > 1) batch_ = node.shared_numbers(1);
    put_in_order(communicator, mine);
    communicator.barrier();
}

void TaskQueue::put_in_order(Communicator& communicator, std::span<const Task> mine) {
    double largest = 0.0;
    for (const Task& task : mine) largest = std::max(largest, task.cost);
    largest = communicator.max(largest);
    std::array<std::vector<std::int64_t>, n_classes> chunks;
    for (const Task& task : mine) chunks[class_of(task.cost, largest)].push_back(task.chunk);

    std::array<std::int64_t, n_classes> total{};
    for (std::size_t one = 0; one < n_classes; ++one) total[one] = static_cast<std::int64_t>(chunks[one].size());
    std::array<std::int64_t, n_classes> before = total;
    communicator.sum(total);
    communicator.exclusive_scan(before);
    std::int64_t class_begin = 0;
    for (std::size_t one = 0; one < n_classes; ++one) {
        if (!chunks[one].empty()) chunk_at_->put(class_begin + before[one], chunks[one]);
        class_begin += total[one];
    }
}

std::optional<std::int64_t> TaskQueue::take() {
    const std::int64_t position = next_position();
    n_taken_ = std::min(std::max(n_taken_, position + 1), n_tasks_);
    if (position >= n_tasks_) return {};
    return chunk_at_->get(position);
}

void TaskQueue::close() { static_cast<void>(taken_->fetch_add(0, beyond_all)); }

/// Fewer at a time towards the end, so that machines end together.
std::int64_t TaskQueue::batch_size(std::int64_t taken) const {
    return std::clamp((n_tasks_ - taken) / (2 * n_nodes_), std::int64_t{1}, ranks_on_node_);
}

std::int64_t TaskQueue::next_position() {
    if (!batch_) return taken_->fetch_add(0, 1);
    while (true) {
        const std::int64_t now = batch_->get(0);
        if (now == being_refilled) continue;
        if (left_of(now) > 0) {
            if (batch_->compare_swap(0, now, batch(next_of(now) + 1, left_of(now) - 1)) == now) return next_of(now);
        } else if (next_of(now) >= n_tasks_) {
            return n_tasks_;
        } else if (batch_->compare_swap(0, now, being_refilled) == now) {
            const std::int64_t size = batch_size(next_of(now));
            const std::int64_t first = taken_->fetch_add(0, size);
            const std::int64_t usable = std::clamp(n_tasks_ - first, std::int64_t{0}, size);
            const std::int64_t one = batch(std::min(first, n_tasks_), usable);
            batch_->put(0, {&one, 1});
        }
    }
}

}  // namespace kohort::engine
