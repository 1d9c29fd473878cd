// The few things ranks ask of one another. Three kinds: one process, MPI, and (for planning) many pretended ranks.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kohort::engine {

/// A number that ranks take turns to advance: whoever is free takes the next chunk.
class SharedCounter {
public:
    virtual ~SharedCounter() = default;
    /// Returns the value before adding step. Never blocks on other ranks' work.
    [[nodiscard]] virtual std::int64_t fetch_add(std::int64_t step) = 0;
};

class Communicator {
public:
    virtual ~Communicator() = default;
    [[nodiscard]] virtual int rank() const = 0;
    [[nodiscard]] virtual int size() const = 0;
    virtual void barrier() = 0;
    /// Sums in place over all ranks. Integers, so that the result does not depend on their order.
    virtual void sum(std::span<std::int64_t> values) = 0;
    [[nodiscard]] virtual std::int64_t max(std::int64_t value) = 0;
    [[nodiscard]] virtual double max(double value) = 0;
    /// The text of rank root, on every rank.
    [[nodiscard]] virtual std::string broadcast(std::string text, int root) = 0;
    /// Every rank's values, in rank order, on every rank; the shares may differ in length.
    [[nodiscard]] virtual std::vector<double> gather_all(std::span<const double> mine) = 0;
    [[nodiscard]] virtual std::vector<std::int64_t> gather_all(std::span<const std::int64_t> mine) = 0;
    /// Collective: a counter that starts at zero.
    [[nodiscard]] virtual std::unique_ptr<SharedCounter> counter() = 0;
};

[[nodiscard]] std::unique_ptr<Communicator> single_process();

}  // namespace kohort::engine
