// The sums from which every Sobol index of every cell is made; a cell is one variable at one time, or one feature.
//
//     PickFreezeSums sums({.cells = 2312, .groups = 20, .replicates = 8}, grids);
//     sums.add(replicate, values);                 // whole base samples, as they finish, in any order
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
    std::vector<Frozen> frozen;   // (groups)
    std::vector<Int128> crossed;  // (pairs of groups): ba of one times ab of the other, both ways; see pair_of
    friend bool operator==(const CellSums&, const CellSums&) = default;
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

    /// Adds base samples of one replicate. values: (samples, rows of a sample as in PickFreeze, cells), cell fastest; NaN
    /// where a run failed. In each cell a sample counts only if all its rows do, so no row is ever compared with a gap.
    void add(int replicate, std::span<const double> values);

    /// Adds what another rank, job or chunk has summed over other samples of the same study.
    void merge(const PickFreezeSums& other);

    /// The whole state: ranks add these. How a sum is split into limbs depends on the blocks in which samples came; the sum
    /// itself, and so everything in CellSums, does not.
    [[nodiscard]] std::span<std::int64_t> integers() { return sums_; }
    [[nodiscard]] std::span<const std::int64_t> integers() const { return sums_; }

    /// Over all replicates, or all but one.
    [[nodiscard]] CellSums cell(int cell, int without_replicate = -1) const;

    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] int rows_of_sample() const { return 2 + shape_.groups * (shape_.second_order ? 2 : 1); }
    [[nodiscard]] const ValueGrid& grid(int cell) const { return grids_[static_cast<std::size_t>(cell)]; }

private:
    void read_tile(const double* values, int samples, int first_cell, int replicate);
    [[nodiscard]] int why_dropped(const double* first_row, const ValueGrid& grid) const;
    void add_frozen(int replicate, int first_cell, int a_row, int b_row, int frozen_row);
    void add_crossed(int replicate, int first_cell);
    void add_product(int replicate, int first_cell, int quantity, int one_row, int other_row);
    void add_plain(int replicate, int first_cell, int quantity, int row);
    [[nodiscard]] std::int64_t* column(int replicate, int quantity, int first_cell);

    Shape shape_;
    std::vector<ValueGrid> grids_;  // (cells)
    int quantities_;
    std::vector<std::int64_t> sums_;  // [counts, steps, steps^2 in two limbs] (replicates, quantities, cells)
    std::vector<std::int32_t> tile_;  // [steps, 0 where dropped] (rows, samples of a block, cells of a tile)
    int tile_cells_ = 0;              // of the tile being added
};

}  // namespace kohort::uncertainty
