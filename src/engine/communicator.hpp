// The few things ranks ask of one another. Three kinds: one process, MPI, and (for planning) many pretended ranks.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kohort::engine {

/// Numbers spread evenly over the ranks, which any rank reads and changes without any other's help.
class SharedNumbers {
public:
    virtual ~SharedNumbers() = default;
    /// Returns the value before adding step.
    [[nodiscard]] virtual std::int64_t fetch_add(std::int64_t at, std::int64_t step) = 0;
    /// Returns the value before; replaces it only if it was expected.
    [[nodiscard]] virtual std::int64_t compare_swap(std::int64_t at, std::int64_t expected, std::int64_t desired) = 0;
    [[nodiscard]] virtual std::int64_t get(std::int64_t at) = 0;
    virtual void put(std::int64_t at, std::span<const std::int64_t> values) = 0;
};

class Communicator {
public:
    virtual ~Communicator() = default;
    [[nodiscard]] virtual int rank() const = 0;
    [[nodiscard]] virtual int size() const = 0;
    /// The ranks of this machine, this one among them.
    [[nodiscard]] virtual Communicator& node() = 0;
    virtual void barrier() = 0;
    /// Sums in place over all ranks. Integers, so that the result does not depend on their order.
    virtual void sum(std::span<std::int64_t> values) = 0;
    /// The largest over all ranks, in place, number by number.
    virtual void max(std::span<std::int64_t> values) = 0;
    /// Replaces values by their sums over all lower ranks; 0 on rank 0.
    virtual void exclusive_scan(std::span<std::int64_t> values) = 0;
    [[nodiscard]] virtual std::int64_t max(std::int64_t value) = 0;
    [[nodiscard]] virtual double max(double value) = 0;
    /// The text of rank root, on every rank.
    [[nodiscard]] virtual std::string broadcast(std::string text, int root) = 0;
    /// Every rank's values, in rank order, on every rank; the shares may differ in length.
    [[nodiscard]] virtual std::vector<double> gather_all(std::span<const double> mine) = 0;
    [[nodiscard]] virtual std::vector<std::int64_t> gather_all(std::span<const std::int64_t> mine) = 0;
    /// Every rank's values, in rank order, on rank 0; nothing elsewhere.
    [[nodiscard]] virtual std::vector<double> gather_on_first(std::span<const double> mine) = 0;
    /// Collective: n zeros.
    [[nodiscard]] virtual std::unique_ptr<SharedNumbers> shared_numbers(std::int64_t n) = 0;
};

[[nodiscard]] std::unique_ptr<Communicator> single_process();

}  // namespace kohort::engine
