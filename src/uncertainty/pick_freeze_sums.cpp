#include "uncertainty/pick_freeze_sums.hpp"

#include "uncertainty/pick_freeze.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace kohort::uncertainty {

namespace {

// Cells taken together: eight registers of 512 bits. A tile of all rows stays in the first-level cache.
constexpr int tile_width = 16;
constexpr int tile_row = block_samples * tile_width;
// block_samples products of 2^58 stay below 2^63
static_assert(block_samples <= 16);

// The quantities of a replicate. Sums of squares and products take two places.
enum Quantity : int { samples, missing, out_of_range, a_plain, b_plain, aa, bb = aa + 2, ab = bb + 2, frozen = ab + 2 };
enum FrozenQuantity : int { c_plain, cc, ac = cc + 2, bc = ac + 2, frozen_size = bc + 2 };

constexpr int frozen_at(int group) { return frozen + group * frozen_size; }

using TileSums = std::array<std::int64_t, tile_width>;

/// Sums over the samples of a block, for each cell of a tile.
TileSums sums_of(const std::int32_t* row) {
    TileSums sums{};
    for (int sample = 0; sample < block_samples; ++sample) {
        for (std::size_t cell = 0; cell < tile_width; ++cell) sums[cell] += row[cell];
        row += tile_width;
    }
    return sums;
}

TileSums products_of(const std::int32_t* one, const std::int32_t* other) {
    TileSums sums{};
    for (int sample = 0; sample < block_samples; ++sample) {
        for (std::size_t cell = 0; cell < tile_width; ++cell) {
            sums[cell] += static_cast<std::int64_t>(one[cell]) * other[cell];
        }
        one += tile_width;
        other += tile_width;
    }
    return sums;
}

}  // namespace

PickFreezeSums::PickFreezeSums(const Shape& shape, std::vector<ValueGrid> grids)
    : shape_(shape), grids_(std::move(grids)) {
    KOHORT_CHECK(shape.cells >= 1 && shape.groups >= 1 && shape.replicates >= 1);
    KOHORT_CHECK(std::ssize(grids_) == shape.cells);
    const int pairs = shape.second_order ? pair_of(0, shape.groups) : 0;
    quantities_ = frozen_at(shape.groups) + 2 * pairs;
    const auto size = [](int number) { return static_cast<std::size_t>(number); };
    sums_.resize(size(shape.replicates) * size(quantities_) * size(shape.cells));
    tile_.resize(size(rows_of_sample()) * tile_row);
}

void PickFreezeSums::add(int replicate, std::span<const double> values) {
    KOHORT_CHECK(replicate >= 0 && replicate < shape_.replicates);
    const std::ptrdiff_t sample_size = std::ptrdiff_t{rows_of_sample()} * shape_.cells;
    KOHORT_CHECK(std::ssize(values) % sample_size == 0);
    const std::ptrdiff_t total = std::ssize(values) / sample_size;
    for (std::ptrdiff_t done = 0; done < total; done += block_samples) {
        const auto count = static_cast<int>(std::min<std::ptrdiff_t>(block_samples, total - done));
        for (int first_cell = 0; first_cell < shape_.cells; first_cell += tile_width) {
            tile_cells_ = std::min(tile_width, shape_.cells - first_cell);
            read_tile(values.data() + done * sample_size, count, first_cell, replicate);
            add_plain(replicate, first_cell, a_plain, 0);
            add_plain(replicate, first_cell, b_plain, 1);
            add_product(replicate, first_cell, aa, 0, 0);
            add_product(replicate, first_cell, bb, 1, 1);
            add_product(replicate, first_cell, ab, 0, 1);
            add_frozen(replicate, first_cell, 0, 1, 2);
            if (shape_.second_order) {
                add_frozen(replicate, first_cell, 1, 0, 2 + shape_.groups);
                add_crossed(replicate, first_cell);
            }
        }
    }
}

/// Rounds a tile of values to steps and counts; a sample that lacks a row in a cell becomes zeros there, which add nothing.
void PickFreezeSums::read_tile(const double* values, int count, int first_cell, int replicate) {
    std::fill(tile_.begin(), tile_.end(), 0);
    const std::span<const ValueGrid> grids = std::span(grids_).subspan(static_cast<std::size_t>(first_cell));
    for (int sample = 0; sample < count; ++sample) {
        const double* const first_row = values + std::ptrdiff_t{sample} * rows_of_sample() * shape_.cells + first_cell;
        std::int32_t* const steps = tile_.data() + sample * tile_width;
        std::array<std::int32_t, tile_width> complete;
        complete.fill(1);
        for (int row = 0; row < rows_of_sample(); ++row) {
            const double* const value = first_row + std::ptrdiff_t{row} * shape_.cells;
            std::int32_t* const step = steps + row * tile_row;
            for (std::size_t cell = 0; cell < static_cast<std::size_t>(tile_cells_); ++cell) {
                const bool inside = grids[cell].contains(value[cell]);
                step[cell] = inside ? grids[cell].steps(value[cell]) : 0;
                complete[cell] &= static_cast<std::int32_t>(inside);
            }
        }
        for (int cell = 0; cell < tile_cells_; ++cell) {
            if (complete[static_cast<std::size_t>(cell)] != 0) {
                ++*column(replicate, samples, first_cell + cell);
            } else {
                ++*column(replicate, why_dropped(first_row + cell, grids[static_cast<std::size_t>(cell)]), first_cell + cell);
                for (int row = 0; row < rows_of_sample(); ++row) steps[row * tile_row + cell] = 0;
            }
        }
    }
}

/// `missing`, or `out_of_range` where any row has a value outside, since that is the user's to repair.
int PickFreezeSums::why_dropped(const double* first_row, const ValueGrid& grid) const {
    for (int row = 0; row < rows_of_sample(); ++row) {
        const double value = first_row[std::ptrdiff_t{row} * shape_.cells];
        if (!std::isnan(value) && !grid.contains(value)) return out_of_range;
    }
    return missing;
}

void PickFreezeSums::add_frozen(int replicate, int first_cell, int a_row, int b_row, int frozen_row) {
    for (int group = 0; group < shape_.groups; ++group) {
        const int row = frozen_row + group;
        add_plain(replicate, first_cell, frozen_at(group) + c_plain, row);
        add_product(replicate, first_cell, frozen_at(group) + cc, row, row);
        add_product(replicate, first_cell, frozen_at(group) + ac, row, a_row);
        add_product(replicate, first_cell, frozen_at(group) + bc, row, b_row);
    }
}

void PickFreezeSums::add_crossed(int replicate, int first_cell) {
    const int ab_row = 2;
    const int ba_row = 2 + shape_.groups;
    for (int second = 1; second < shape_.groups; ++second) {
        for (int first = 0; first < second; ++first) {
            const int quantity = frozen_at(shape_.groups) + 2 * pair_of(first, second);
            add_product(replicate, first_cell, quantity, ba_row + first, ab_row + second);
            add_product(replicate, first_cell, quantity, ba_row + second, ab_row + first);
        }
    }
}

void PickFreezeSums::add_plain(int replicate, int first_cell, int quantity, int row) {
    const TileSums sums = sums_of(tile_.data() + row * tile_row);
    std::int64_t* const plain = column(replicate, quantity, first_cell);
    for (int cell = 0; cell < tile_cells_; ++cell) plain[cell] += sums[static_cast<std::size_t>(cell)];
}

void PickFreezeSums::add_product(int replicate, int first_cell, int quantity, int one_row, int other_row) {
    const TileSums sums = products_of(tile_.data() + one_row * tile_row, tile_.data() + other_row * tile_row);
    std::int64_t* const high = column(replicate, quantity, first_cell);
    std::int64_t* const low = column(replicate, quantity + 1, first_cell);
    for (int cell = 0; cell < tile_cells_; ++cell)
        add_split(high[cell], low[cell], sums[static_cast<std::size_t>(cell)]);
}

std::int64_t* PickFreezeSums::column(int replicate, int quantity, int first_cell) {
    const auto row = static_cast<std::ptrdiff_t>(replicate) * quantities_ + quantity;
    return sums_.data() + row * shape_.cells + first_cell;
}

void PickFreezeSums::merge(const PickFreezeSums& other) {
    KOHORT_CHECK(other.sums_.size() == sums_.size());
    for (std::size_t at = 0; at < sums_.size(); ++at) sums_[at] += other.sums_[at];
}

CellSums PickFreezeSums::cell(int cell, int without_replicate) const {
    KOHORT_CHECK(cell >= 0 && cell < shape_.cells);
    CellSums sums;
    sums.frozen.resize(static_cast<std::size_t>(shape_.groups));
    sums.crossed.resize(static_cast<std::size_t>((quantities_ - frozen_at(shape_.groups)) / 2));
    for (int replicate = 0; replicate < shape_.replicates; ++replicate) {
        if (replicate == without_replicate) continue;
        const auto plain = [&](int quantity) {
            const auto row = static_cast<std::size_t>(replicate) * static_cast<std::size_t>(quantities_) +
                             static_cast<std::size_t>(quantity);
            return sums_[row * static_cast<std::size_t>(shape_.cells) + static_cast<std::size_t>(cell)];
        };
        const auto product = [&](int quantity) { return joined(plain(quantity), plain(quantity + 1)); };
        sums.samples += plain(samples);
        sums.missing += plain(missing);
        sums.out_of_range += plain(out_of_range);
        sums.a += plain(a_plain);
        sums.b += plain(b_plain);
        sums.aa += product(aa);
        sums.bb += product(bb);
        sums.ab += product(ab);
        for (int group = 0; group < shape_.groups; ++group) {
            CellSums::Frozen& of_group = sums.frozen[static_cast<std::size_t>(group)];
            of_group.c += plain(frozen_at(group) + c_plain);
            of_group.cc += product(frozen_at(group) + cc);
            of_group.ac += product(frozen_at(group) + ac);
            of_group.bc += product(frozen_at(group) + bc);
        }
        for (std::size_t pair = 0; pair < sums.crossed.size(); ++pair) {
            sums.crossed[pair] += product(frozen_at(shape_.groups) + 2 * static_cast<int>(pair));
        }
    }
    KOHORT_CHECK(sums.samples <= std::int64_t{1} << 30);  // the bounds of wide_integer.hpp and sobol_indices.cpp
    sums.terms = sums.samples;
    if (shape_.second_order) {  // every sample also counts with its roles exchanged
        sums.terms *= 2;
        sums.a = sums.b = sums.a + sums.b;
        sums.aa = sums.bb = sums.aa + sums.bb;
        sums.ab *= 2;
    }
    return sums;
}

}  // namespace kohort::uncertainty
