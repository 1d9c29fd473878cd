// The sums from which every Sobol index of every cell is made; a cell is one variable at one time, or one feature.
//
//     PickFreezeSums sums({.cells = 2312, .groups = 20, .replicates = 8}, grids);
//     sums.add(replicate, 17, values, scratch);    // whole base samples of a cell, as they finish, in any order
//     communicator.sum(sums.integers());           // over ranks
//     const CellSums cell = sums.cell(17);         // -> sobol_indices.hpp
//
// Nothing but integers is added, so the result has the same bits in whatever order and wherever the samples were run.
#pragma once

#include "uncertainty/value_grid.hpp"
#include "uncertainty/wide_integer.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace kohort::uncertainty {

/// Of one cell, over some or all replicates; values are in steps of the cell's grid. `terms` is the number of (a, b) pairs
/// with their frozen rows: with second order a base sample gives two, (a, b, ab) and (b, a, ba).
struct CellSums {
    struct Frozen {  // of one group, c standing for its frozen row
        Int128 c = 0;
        Int128 cc = 0;
        Int128 ac = 0;
        Int128 bc = 0;
        friend bool operator==(const Frozen&, const Frozen&) = default;
    };
    std::int64_t terms = 0;
    std::int64_t samples = 0;       // base samples whose rows all have a value in range
    std::int64_t missing = 0;       // base samples dropped because a row has no value (a failed twin, NaN)
    std::int64_t out_of_range = 0;  // base samples dropped because a value lies outside the declared range: to be shown
    Int128 a = 0;
    Int128 b = 0;
    Int128 aa = 0;
    Int128 bb = 0;
    Int128 ab = 0;
    double spread = 0.0;          // 4 terms^2 times the variance of all a and b: what every index is a share of
    std::vector<Frozen> frozen;   // (groups)
    std::vector<Int128> crossed;  // (pairs of groups): ba of one times ab of the other, both ways; see pair_of
    friend bool operator==(const CellSums&, const CellSums&) = default;
    /// times: 1 to put the other's samples to these, -1 to take them away
    void add(const CellSums& other, int times);
};

/// The place of the pair of groups among 0-1, 0-2, 1-2, 0-3, ...; first != second.
[[nodiscard]] constexpr int pair_of(int first, int second) {
    const int high = first > second ? first : second;
    return high * (high - 1) / 2 + (first > second ? second : first);
}

class PickFreezeSums {
public:
    struct Shape {
        int cells = 0;
        int groups = 0;
        int replicates = 1;
        bool second_order = false;
    };
    /// One grid for each cell.
    PickFreezeSums(const Shape& shape, std::vector<ValueGrid> grids);

    /// What adding needs for a moment: kept by the caller, one for each thread.
    struct Scratch {
        std::vector<std::int32_t> steps;  // (samples of a block, rows of a sample), and zeros behind
        std::vector<std::int64_t> sums;   // (sum, sum of squares, of products with a, with b) (frozen rows)
    };
    /// Adds base samples of one replicate to one cell. values: (samples, rows of a sample as in PickFreeze), row fastest; NaN
    /// where a run failed. A sample counts only if all its rows do, so no row is ever compared with a gap. Threads may add to
    /// different cells at the same time.
    void add(int replicate, int cell, std::span<const double> values, Scratch& scratch);
    /// Begins to bring a cell's sums into the cache, for the call of add() after the next other work.
    void fetch(int replicate, int cell) const;

    /// Adds what another rank, job or chunk has summed over other samples of the same study.
    void merge(const PickFreezeSums& other);

    /// The whole state: ranks add these. How a sum is split into limbs depends on the blocks in which samples came; the sum
    /// itself, and so everything in CellSums, does not.
    [[nodiscard]] std::span<std::int64_t> integers() { return sums_; }
    [[nodiscard]] std::span<const std::int64_t> integers() const { return sums_; }

    /// Over all replicates.
    [[nodiscard]] CellSums cell(int cell) const;
    /// The same, but nothing of frozen rows: much less to read.
    [[nodiscard]] CellSums without_frozen(int cell) const;
    /// Over all replicates, then without each of them in turn.
    [[nodiscard]] std::vector<CellSums> jackknifed(int cell) const;

    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] int rows_of_sample() const { return 2 + shape_.groups * (shape_.second_order ? 2 : 1); }
    [[nodiscard]] const ValueGrid& grid(int cell) const { return grids_[static_cast<std::size_t>(cell)]; }

private:
    void add_block(std::int64_t* sums, const ValueGrid& grid, std::span<const double> values, Scratch& scratch) const;
    [[nodiscard]] int drop_incomplete(std::int64_t* sums, std::span<const double> values, Scratch& scratch) const;
    void add_roles(std::int64_t* sums, int samples, int a_row, int frozen_row, Scratch& scratch) const;
    void add_crossed(std::int64_t* sums, int samples, const Scratch& scratch) const;
    [[nodiscard]] std::size_t begin(int replicate, int cell) const;
    [[nodiscard]] CellSums of_replicate(int replicate, int cell) const;
    [[nodiscard]] CellSums own_of_replicate(int replicate, int cell) const;
    [[nodiscard]] CellSums in_terms(CellSums sums) const;

    Shape shape_;
    std::vector<ValueGrid> grids_;  // (cells)
    int quantities_;
    std::vector<std::int64_t> sums_;  // [counts, steps, steps^2 in two limbs] (replicates, cells, quantities)
};

}  // namespace kohort::uncertainty
