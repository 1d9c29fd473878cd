#include "uncertainty/cell_moments.hpp"

#include "uncertainty/integer_lanes.hpp"
#include "uncertainty/wide_integer.hpp"

#include "base/errors.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <algorithm>
#include <array>
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

// Values whose powers are added before they are split: 16 of 2^58 stay below 2^63.
constexpr std::size_t together = 16;

/// What is outside adds nothing.
void add_steps(const std::array<std::int32_t, together>& steps, std::int64_t* sums, std::int32_t* extremes) {
    std::array<Integers8, 7> of{};  // of a product each
    for (std::size_t first = 0; first < together; first += integer_lanes) {
        Integers8 x = widened(steps.data() + first);
        x &= x != ValueGrid::outside;
        const Integers8 square = short_product(x, x);
        const Integers8 h = square >> half_bits;
        const Integers8 l = square & ((std::int64_t{1} << half_bits) - 1);
        of[0] += x;
        of[1] += square;
        of[2] += short_product(h, x);
        of[3] += short_product(l, x);
        of[4] += short_product(h, h);
        of[5] += short_product(h, l);
        of[6] += short_product(l, l);
    }
    sums[x1] += sum_of(of[0]);
    std::size_t product = 0;
    for (const int quantity : {x2, hx, lx, hh, hl, ll})
        add_split(sums[quantity], sums[quantity + 1], sum_of(of[++product]));
    std::int32_t largest = extremes[0];
    std::int32_t least = extremes[1];
    for (const std::int32_t step : steps) {
        largest = std::max(largest, step);
        least = std::max(least, step == ValueGrid::outside ? step : -step);
    }
    extremes[0] = largest;
    extremes[1] = least;
}

double rounded(const Wide& integer) { return integer.convert_to<double>(); }

Wide wide(std::int64_t high, std::int64_t low) { return (Wide(high) << 32) + low; }

}  // namespace

CellMoments::CellMoments(std::vector<ValueGrid> grids) : grids_(std::move(grids)) {
    sums_.resize(quantities * grids_.size());
    extremes_.assign(2 * grids_.size(), ValueGrid::outside);
}

void CellMoments::add(int cell_number, std::span<const double> values) {
    KOHORT_CHECK(cell_number >= 0 && cell_number < std::ssize(grids_));
    const auto cell = static_cast<std::size_t>(cell_number);
    std::array<std::int32_t, together> steps;
    for (std::size_t first = 0; first < values.size(); first += together) {
        const std::span<const double> part = values.subspan(first, std::min(together, values.size() - first));
        steps.fill(ValueGrid::outside);
        const std::int64_t contained = grids_[cell].steps(part, steps.data());
        std::int64_t* const sums = sums_.data() + quantities * cell;
        sums[count] += contained;
        if (contained < std::ssize(part)) {
            const auto absent = std::count_if(part.begin(), part.end(), [](double value) { return std::isnan(value); });
            sums[missing] += absent;
            sums[out_of_range] += std::ssize(part) - contained - absent;
        }
        add_steps(steps, sums, extremes_.data() + 2 * cell);
    }
}

void CellMoments::merge(const CellMoments& other) {
    KOHORT_CHECK(other.sums_.size() == sums_.size());
    for (std::size_t at = 0; at < sums_.size(); ++at) sums_[at] += other.sums_[at];
    for (std::size_t at = 0; at < extremes_.size(); ++at) extremes_[at] = std::max(extremes_[at], other.extremes_[at]);
}

MomentSummary CellMoments::summary(int cell_number) const {
    KOHORT_CHECK(cell_number >= 0 && cell_number < std::ssize(grids_));
    const auto cell = static_cast<std::size_t>(cell_number);
    const auto plain = [&](int quantity) { return sums_[quantities * cell + static_cast<std::size_t>(quantity)]; };
    const auto product = [&](int quantity) { return wide(plain(quantity), plain(quantity + 1)); };
    MomentSummary summary{.count = plain(count), .missing = plain(missing), .out_of_range = plain(out_of_range)};
    summary.mean = summary.variance = summary.skewness = summary.excess_kurtosis = nan;
    summary.minimum = summary.maximum = nan;
    if (summary.count == 0) return summary;

    const ValueGrid& grid = grids_[cell];
    const auto n = static_cast<double>(summary.count);
    summary.mean = grid.value(static_cast<double>(plain(x1)) / n);
    summary.maximum = grid.value(extremes_[2 * cell]);
    summary.minimum = grid.value(-static_cast<double>(extremes_[2 * cell + 1]));
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
