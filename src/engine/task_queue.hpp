// Hands out the chunks of a study, the costliest first, each once. One counter for all ranks; where there are several
// machines, each takes several tasks at a time from it and deals them out among its own ranks.
//
// No rank ever holds the whole list: tasks are ordered by classes of cost, which takes one sum and one scan over ranks, and
// the ordered list is spread over all of them.
#pragma once

#include "engine/communicator.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace kohort::engine {

struct Task {
    std::int64_t chunk = 0;
    double cost = 0.0;  // in any unit; positive, or all 0 where nothing is known
};

class TaskQueue {
public:
    /// Collective. mine: the tasks this rank brings; those of all ranks together are handed out.
    TaskQueue(Communicator& communicator, std::span<const Task> mine);

    [[nodiscard]] std::int64_t size() const { return n_tasks_; }  // over all ranks
    /// A chunk that nobody else gets, or nothing when there is no other. Not collective, and waits for no other rank's work.
    [[nodiscard]] std::optional<std::int64_t> take();
    /// How many were handed out, as far as this rank has heard.
    [[nodiscard]] std::int64_t n_taken() const { return n_taken_; }
    /// From now on nobody is handed another one, but what a machine has taken already.
    void close();

private:
    void put_in_order(Communicator& communicator, std::span<const Task> mine);
    [[nodiscard]] std::int64_t next_position();
    [[nodiscard]] std::int64_t batch_size(std::int64_t taken) const;

    std::int64_t n_tasks_ = 0;
    std::int64_t n_nodes_ = 1;
    std::int64_t ranks_on_node_ = 1;
    std::int64_t n_taken_ = 0;
    std::unique_ptr<SharedNumbers> chunk_at_;  // (n_tasks) by position in the order
    std::unique_ptr<SharedNumbers> taken_;     // (1) how many positions machines or ranks have taken
    std::unique_ptr<SharedNumbers> batch_;     // (1) of this machine, see next_position; none if there is one machine
};

}  // namespace kohort::engine
