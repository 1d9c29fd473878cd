#include "uncertainty/pick_freeze_sums.hpp"

#include "uncertainty/integer_lanes.hpp"
#include "uncertainty/pick_freeze.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace kohort::uncertainty {

namespace {

// block_samples products of 2^58 stay below 2^63
static_assert(block_samples <= 16);

// The quantities of a replicate. Sums of squares and products take two places: high limbs, then low ones.
enum Quantity : int { samples, missing, out_of_range, a_plain, b_plain, aa, bb = aa + 2, ab = bb + 2, frozen = ab + 2 };
// Of the frozen rows, a column of all groups each
enum FrozenQuantity : int { c_plain, cc, ac = cc + 2, bc = ac + 2, frozen_size = bc + 2 };

constexpr int padded(int number) { return (number + integer_lanes - 1) / integer_lanes * integer_lanes; }

std::int64_t product_of(const std::int32_t* steps, int samples, int rows, int one_row, int other_row) {
    std::int64_t sum = 0;
    for (int sample = 0; sample < samples; ++sample, steps += rows)
        sum += std::int64_t{steps[one_row]} * steps[other_row];
    return sum;
}

}  // namespace

PickFreezeSums::PickFreezeSums(const Shape& shape, std::vector<ValueGrid> grids)
    : shape_(shape), grids_(std::move(grids)) {
    KOHORT_CHECK(shape.cells >= 1 && shape.groups >= 1 && shape.replicates >= 1);
    KOHORT_CHECK(std::ssize(grids_) == shape.cells);
    const int pairs = shape.second_order ? pair_of(0, shape.groups) : 0;
    quantities_ = frozen + frozen_size * shape.groups + 2 * pairs;
    sums_.resize(begin(shape.replicates, 0));
}

std::size_t PickFreezeSums::begin(int replicate, int cell) const {
    return (static_cast<std::size_t>(replicate) * static_cast<std::size_t>(shape_.cells) + static_cast<std::size_t>(cell)) *
           static_cast<std::size_t>(quantities_);
}

void PickFreezeSums::add(int replicate, int cell, std::span<const double> values, Scratch& scratch) {
    KOHORT_CHECK(replicate >= 0 && replicate < shape_.replicates && cell >= 0 && cell < shape_.cells);
    const auto rows = static_cast<std::size_t>(rows_of_sample());
    KOHORT_CHECK(values.size() % rows == 0);
    const std::size_t block = block_samples * rows;
    scratch.steps.resize(block + integer_lanes);
    scratch.sums.resize(4 * static_cast<std::size_t>(padded(shape_.groups + 2)));
    for (std::size_t first = 0; first < values.size(); first += block)
        add_block(sums_.data() + begin(replicate, cell), grid(cell),
                  values.subspan(first, std::min(block, values.size() - first)), scratch);
}

void PickFreezeSums::fetch(int replicate, int cell) const {
    constexpr int line = 64 / sizeof(std::int64_t);
    const std::int64_t* const own = sums_.data() + begin(replicate, cell);
    for (int at = 0; at < quantities_; at += line) __builtin_prefetch(own + at, 1);
}

void PickFreezeSums::add_block(std::int64_t* sums, const ValueGrid& grid, std::span<const double> values,
                               Scratch& scratch) const {
    const int n_samples = static_cast<int>(values.size()) / rows_of_sample();
    const bool whole = grid.steps(values, scratch.steps.data()) == std::ssize(values);
    sums[samples] += whole ? n_samples : drop_incomplete(sums, values, scratch);
    add_roles(sums, n_samples, 0, 2, scratch);
    if (!shape_.second_order) return;
    add_roles(sums, n_samples, 1, 2 + shape_.groups, scratch);
    add_crossed(sums, n_samples, scratch);
}

/// A sample that lacks a row becomes zeros, which add nothing, and is counted: as `missing`, or as `out_of_range` where any row
/// has a value outside, since that is the user's to repair. Returns how many samples are left.
int PickFreezeSums::drop_incomplete(std::int64_t* sums, std::span<const double> values, Scratch& scratch) const {
    const auto rows = static_cast<std::size_t>(rows_of_sample());
    int left = 0;
    for (std::size_t first = 0; first < values.size(); first += rows) {
        const std::span<std::int32_t> steps = std::span(scratch.steps).subspan(first, rows);
        if (std::find(steps.begin(), steps.end(), ValueGrid::outside) == steps.end()) {
            ++left;
            continue;
        }
        bool any_outside = false;
        for (std::size_t row = 0; row < rows; ++row)
            any_outside = any_outside || (steps[row] == ValueGrid::outside && !std::isnan(values[first + row]));
        ++sums[any_outside ? out_of_range : missing];
        std::fill(steps.begin(), steps.end(), 0);
    }
    return left;
}

/// Adds the sums of frozen rows with a in row a_row and b in the other of the first two; with a_row 0 also those of a and b,
/// which are summed as if they were frozen rows themselves.
void PickFreezeSums::add_roles(std::int64_t* sums, int n_samples, int a_row, int frozen_row, Scratch& scratch) const {
    const int rows = rows_of_sample();
    const bool with_own = frozen_row == 2;
    const int first_row = with_own ? 0 : frozen_row;
    const int n_rows = shape_.groups + (with_own ? 2 : 0);
    const int width = padded(n_rows);
    std::int64_t* const plain = scratch.sums.data();
    for (int first = 0; first < n_rows; first += integer_lanes) {
        std::array<Integers8, 4> of{};
        const std::int32_t* sample = scratch.steps.data();
        for (int at = 0; at < n_samples; ++at, sample += rows) {
            const Integers8 c = widened(sample + first_row + first);
            of[0] += c;
            of[1] += short_product(c, c);
            of[2] += short_product(c, Integers8{} + sample[a_row]);
            of[3] += short_product(c, Integers8{} + sample[1 - a_row]);
        }
        for (std::size_t quantity = 0; quantity < of.size(); ++quantity)
            std::memcpy(plain + quantity * static_cast<std::size_t>(width) + first, &of[quantity], sizeof of[quantity]);
    }
    const std::int64_t* const square = plain + width;
    const std::int64_t* const with_a = square + width;
    const std::int64_t* const with_b = with_a + width;
    const int skipped = with_own ? 2 : 0;
    if (with_own) {
        sums[a_plain] += plain[0];
        sums[b_plain] += plain[1];
        add_split(sums[aa], sums[aa + 1], square[0]);
        add_split(sums[bb], sums[bb + 1], square[1]);
        add_split(sums[ab], sums[ab + 1], with_b[0]);
    }
    const int groups = shape_.groups;
    const auto column = [&](int quantity) { return sums + frozen + std::ptrdiff_t{quantity} * groups; };
    for (int group = 0; group < groups; ++group) column(c_plain)[group] += plain[skipped + group];
    add_split(column(cc), column(cc + 1), square + skipped, groups);
    add_split(column(ac), column(ac + 1), with_a + skipped, groups);
    add_split(column(bc), column(bc + 1), with_b + skipped, groups);
}

void PickFreezeSums::add_crossed(std::int64_t* sums, int n_samples, const Scratch& scratch) const {
    const int rows = rows_of_sample();
    const int ab_row = 2;
    const int ba_row = 2 + shape_.groups;
    std::int64_t* pair = sums + frozen + std::ptrdiff_t{frozen_size} * shape_.groups;  // in the order of pair_of
    for (int second = 1; second < shape_.groups; ++second) {
        for (int first = 0; first < second; ++first, pair += 2) {
            const std::int32_t* const steps = scratch.steps.data();
            add_split(pair[0], pair[1], product_of(steps, n_samples, rows, ba_row + first, ab_row + second));
            add_split(pair[0], pair[1], product_of(steps, n_samples, rows, ba_row + second, ab_row + first));
        }
    }
}

void PickFreezeSums::merge(const PickFreezeSums& other) {
    KOHORT_CHECK(other.sums_.size() == sums_.size());
    for (std::size_t at = 0; at < sums_.size(); ++at) sums_[at] += other.sums_[at];
}

/// Without frozen rows
CellSums PickFreezeSums::own_of_replicate(int replicate, int cell) const {
    const std::int64_t* const own = sums_.data() + begin(replicate, cell);
    const auto product = [&](int quantity) { return joined(own[quantity], own[quantity + 1]); };
    return {.samples = own[samples],
            .missing = own[missing],
            .out_of_range = own[out_of_range],
            .a = own[a_plain],
            .b = own[b_plain],
            .aa = product(aa),
            .bb = product(bb),
            .ab = product(ab),
            .frozen = {},
            .crossed = {}};
}

CellSums PickFreezeSums::of_replicate(int replicate, int cell) const {
    const std::ptrdiff_t groups = shape_.groups;
    const std::int64_t* const own = sums_.data() + begin(replicate, cell);
    CellSums sums = own_of_replicate(replicate, cell);
    sums.frozen.reserve(static_cast<std::size_t>(groups));
    for (const std::int64_t* column = own + frozen; column < own + frozen + groups; ++column) {
        const auto frozen_product = [&](int quantity) {
            return joined(column[quantity * groups], column[(quantity + 1) * groups]);
        };
        sums.frozen.push_back(
            {.c = column[c_plain * groups], .cc = frozen_product(cc), .ac = frozen_product(ac), .bc = frozen_product(bc)});
    }
    for (int pair = frozen + frozen_size * shape_.groups; pair < quantities_; pair += 2)
        sums.crossed.push_back(joined(own[pair], own[pair + 1]));
    return sums;
}

/// What counts once, counts as the estimators want it.
CellSums PickFreezeSums::in_terms(CellSums sums) const {
    KOHORT_CHECK(sums.samples <= std::int64_t{1} << 30);  // the bounds of wide_integer.hpp and sobol_indices.cpp
    sums.terms = sums.samples;
    if (shape_.second_order) {  // every sample also counts with its roles exchanged
        sums.terms *= 2;
        sums.a = sums.b = sums.a + sums.b;
        sums.aa = sums.bb = sums.aa + sums.bb;
        sums.ab *= 2;
    }
    sums.spread = static_cast<double>(2 * Int128{sums.terms} * (sums.aa + sums.bb) - (sums.a + sums.b) * (sums.a + sums.b));
    return sums;
}

CellSums PickFreezeSums::cell(int cell) const {
    KOHORT_CHECK(cell >= 0 && cell < shape_.cells);
    CellSums all = of_replicate(0, cell);
    for (int replicate = 1; replicate < shape_.replicates; ++replicate) all.add(of_replicate(replicate, cell), 1);
    return in_terms(std::move(all));
}

CellSums PickFreezeSums::without_frozen(int cell) const {
    KOHORT_CHECK(cell >= 0 && cell < shape_.cells);
    CellSums all = own_of_replicate(0, cell);
    for (int replicate = 1; replicate < shape_.replicates; ++replicate) all.add(own_of_replicate(replicate, cell), 1);
    return in_terms(std::move(all));
}

std::vector<CellSums> PickFreezeSums::jackknifed(int cell) const {
    KOHORT_CHECK(cell >= 0 && cell < shape_.cells);
    std::vector<CellSums> sums{of_replicate(0, cell)};
    sums.reserve(static_cast<std::size_t>(shape_.replicates) + 1);
    for (int replicate = 0; replicate < shape_.replicates; ++replicate) {
        sums.push_back(of_replicate(replicate, cell));
        if (replicate > 0) sums.front().add(sums.back(), 1);
    }
    for (std::size_t without = 1; without < sums.size(); ++without) {
        CellSums rest = sums.front();
        rest.add(sums[without], -1);
        sums[without] = in_terms(std::move(rest));
    }
    sums.front() = in_terms(std::move(sums.front()));
    return sums;
}

void CellSums::add(const CellSums& other, int times) {
    const auto put = [](CellSums& own, const CellSums& more, auto&& each) {
        each(own.samples, more.samples);
        each(own.missing, more.missing);
        each(own.out_of_range, more.out_of_range);
        for (Int128 CellSums::* sum : {&CellSums::a, &CellSums::b, &CellSums::aa, &CellSums::bb, &CellSums::ab})
            each(own.*sum, more.*sum);
        for (std::size_t group = 0; group < own.frozen.size(); ++group) {
            for (Int128 Frozen::* sum : {&Frozen::c, &Frozen::cc, &Frozen::ac, &Frozen::bc})
                each(own.frozen[group].*sum, more.frozen[group].*sum);
        }
        for (std::size_t pair = 0; pair < own.crossed.size(); ++pair) each(own.crossed[pair], more.crossed[pair]);
    };
    KOHORT_CHECK(times == 1 || times == -1);  // products of 128 bits would take longer than all else
    if (times == 1)
        put(*this, other, [](auto& own, const auto& more) { own += more; });
    else
        put(*this, other, [](auto& own, const auto& more) { own -= more; });
}

}  // namespace kohort::uncertainty
