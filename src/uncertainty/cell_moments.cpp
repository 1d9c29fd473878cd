#include "uncertainty/cell_moments.hpp"

#include "uncertainty/wide_integer.hpp"

#include "base/errors.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace kohort::uncertainty {

namespace {

using Wide = boost::multiprecision::int512_t;  // n^3 times a sum of fourth powers: 2^93 * 2^147

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// x^2 = h 2^29 + l, so x^3 = hx 2^29 + lx and x^4 = h^2 2^58 + 2 hl 2^29 + l^2, each product below 2^59. Products take two
// places.
enum Quantity : int {
    count,
    missing,
    out_of_range,
    x1,
    x2,
    hx = x2 + 2,
    lx = hx + 2,
    hh = lx + 2,
    hl = hh + 2,
    ll = hl + 2,
    quantities = ll + 2
};

constexpr int half_bits = 29;

struct Powers {
    Wide n;
    Wide x1;
    Wide x2;
    Wide x3;
    Wide x4;
};

/// n^2, n^3 and n^4 times the central moments of order 2, 3 and 4
Wide second(const Powers& of) { return of.n * of.x2 - of.x1 * of.x1; }
Wide third(const Powers& of) { return of.n * of.n * of.x3 - 3 * of.n * of.x1 * of.x2 + 2 * of.x1 * of.x1 * of.x1; }
Wide fourth(const Powers& of) {
    const Wide square = of.x1 * of.x1;
    return of.n * of.n * of.n * of.x4 - 4 * of.n * of.n * of.x1 * of.x3 + 6 * of.n * square * of.x2 - 3 * square * square;
}

double rounded(const Wide& integer) { return integer.convert_to<double>(); }

Wide wide(std::int64_t high, std::int64_t low) { return (Wide(high) << 32) + low; }

}  // namespace

CellMoments::CellMoments(std::vector<ValueGrid> grids) : grids_(std::move(grids)) {
    sums_.resize(quantities * grids_.size());
    extremes_.assign(2 * grids_.size(), std::numeric_limits<std::int32_t>::min());
}

void CellMoments::add(std::span<const double> values) {
    KOHORT_CHECK(!grids_.empty() && values.size() % grids_.size() == 0);
    for (std::size_t run = 0; run < values.size(); run += grids_.size()) {
        for (std::size_t cell = 0; cell < grids_.size(); ++cell) add_value(cell, values[run + cell]);
    }
}

void CellMoments::add_value(std::size_t cell, double value) {
    if (!grids_[cell].contains(value)) {
        ++sum(std::isnan(value) ? missing : out_of_range, cell);
        return;
    }
    const std::int32_t steps = grids_[cell].steps(value);
    const std::int64_t x = steps;
    const std::int64_t h = x * x >> half_bits;
    const std::int64_t l = x * x & ((std::int64_t{1} << half_bits) - 1);
    const auto add_product = [&](int quantity, std::int64_t product) {
        add_split(sum(quantity, cell), sum(quantity + 1, cell), product);
    };
    ++sum(count, cell);
    sum(x1, cell) += x;
    add_product(x2, x * x);
    add_product(hx, h * x);
    add_product(lx, l * x);
    add_product(hh, h * h);
    add_product(hl, h * l);
    add_product(ll, l * l);
    std::int32_t& largest = extremes_[cell];
    std::int32_t& least = extremes_[grids_.size() + cell];
    largest = std::max(largest, steps);
    least = std::max(least, -steps);
}

void CellMoments::merge(const CellMoments& other) {
    KOHORT_CHECK(other.sums_.size() == sums_.size());
    for (std::size_t at = 0; at < sums_.size(); ++at) sums_[at] += other.sums_[at];
    for (std::size_t at = 0; at < extremes_.size(); ++at) extremes_[at] = std::max(extremes_[at], other.extremes_[at]);
}

MomentSummary CellMoments::summary(int cell_number) const {
    KOHORT_CHECK(cell_number >= 0 && cell_number < std::ssize(grids_));
    const auto cell = static_cast<std::size_t>(cell_number);
    const auto plain = [&](int quantity) { return sums_[static_cast<std::size_t>(quantity) * grids_.size() + cell]; };
    const auto product = [&](int quantity) { return wide(plain(quantity), plain(quantity + 1)); };
    MomentSummary summary{.count = plain(count), .missing = plain(missing), .out_of_range = plain(out_of_range)};
    summary.mean = summary.variance = summary.skewness = summary.excess_kurtosis = nan;
    summary.minimum = summary.maximum = nan;
    if (summary.count == 0) return summary;

    const ValueGrid& grid = grids_[cell];
    const auto n = static_cast<double>(summary.count);
    summary.mean = grid.value(static_cast<double>(plain(x1)) / n);
    summary.maximum = grid.value(extremes_[cell]);
    summary.minimum = grid.value(-static_cast<double>(extremes_[grids_.size() + cell]));
    const Powers powers{.n = summary.count,
                        .x1 = plain(x1),
                        .x2 = product(x2),
                        .x3 = (product(hx) << half_bits) + product(lx),
                        .x4 = (product(hh) << 2 * half_bits) + (product(hl) << (half_bits + 1)) + product(ll)};
    const double spread = rounded(second(powers));
    if (summary.count > 1) summary.variance = spread / (n * (n - 1)) * grid.step() * grid.step();
    if (spread > 0) {
        summary.skewness = rounded(third(powers)) / (spread * std::sqrt(spread));
        summary.excess_kurtosis = rounded(fourth(powers)) / spread / spread - 3;
    }
    return summary;
}

}  // namespace kohort::uncertainty
