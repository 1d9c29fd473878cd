#include "base/exact_sum.hpp"

#include "base/errors.hpp"

#include <limits>

namespace kohort {

namespace {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A non-negative integer below 2^256, least significant limb first.
using Wide = std::array<std::uint64_t, 4>;

/// Adds number * 2^(32 shift), for a number below 2^96 where shift is odd.
void add_shifted(Wide& sum, UInt128 number, int shift) {
    UInt128 carry = shift % 2 == 0 ? number : number << 32U;
    for (auto at = static_cast<std::size_t>(shift / 2); at < sum.size(); ++at) {
        carry += sum[at];
        sum[at] = static_cast<std::uint64_t>(carry);
        carry >>= 64U;
    }
    KOHORT_CHECK(carry == 0);
}

Wide times(const Wide& a, const Wide& b) {
    Wide product{};
    for (int i = 0; i < 4; ++i) {
        for (int j = 0; i + j < 4; ++j) {
            const auto at = static_cast<std::size_t>(i);
            add_shifted(product, static_cast<UInt128>(a[at]) * b[static_cast<std::size_t>(j)], 2 * (i + j));
        }
    }
    return product;
}

/// a - b for a >= b.
Wide minus(const Wide& a, const Wide& b) {
    Wide difference{};
    std::uint64_t borrow = 0;
    for (std::size_t at = 0; at < a.size(); ++at) {
        const UInt128 taken = static_cast<UInt128>(b[at]) + borrow;
        borrow = taken > a[at] ? 1 : 0;
        difference[at] = static_cast<std::uint64_t>(a[at] - taken);
    }
    KOHORT_CHECK(borrow == 0);
    return difference;
}

/// The integer as a double, within two units of the last place.
double to_double(const Wide& integer) {
    double sum = 0.0;
    for (std::size_t at = integer.size(); at-- > 0;) sum = sum * 0x1p64 + static_cast<double>(integer[at]);
    return sum;
}

/// The sum of units as one integer: below 2^91 in size.
Int128 total(const ExactSum& sum) {
    KOHORT_CHECK(sum.count <= max_terms);
    return static_cast<Int128>(sum.high) * (Int128{1} << 32) + sum.low;
}

Wide wide(UInt128 integer) {
    return {static_cast<std::uint64_t>(integer), static_cast<std::uint64_t>(integer >> 64U), 0, 0};
}

}  // namespace

FixedPointGrid::FixedPointGrid(Range range) : centre_(range.centre), half_width_(range.half_width) {
    KOHORT_CHECK(std::isfinite(centre_) && half_width_ > 0 && std::isfinite(half_width_));
    int exponent = 0;
    std::frexp(half_width_, &exponent);  // half_width <= 2^exponent
    KOHORT_CHECK(exponent > -900 && exponent < 1000);
    resolution_ = std::ldexp(1.0, exponent - 59);
    units_per_value_ = std::ldexp(1.0, 59 - exponent);
}

void ExactSum::merge(const ExactSum& other) {
    count += other.count;
    out_of_range += other.out_of_range;
    high += other.high;
    low += other.low;
}

double ExactSum::sum(const FixedPointGrid& grid) const {
    return static_cast<double>(count) * grid.centre() + static_cast<double>(total(*this)) * grid.resolution();
}

double ExactSum::mean(const FixedPointGrid& grid) const {
    if (count == 0) return nan;
    return grid.centre() + static_cast<double>(total(*this)) / static_cast<double>(count) * grid.resolution();
}

void ExactMoments::add(const FixedPointGrid& grid, double value) {
    std::int64_t units = 0;
    if (!grid.to_units(value, units)) {
        ++first.out_of_range;
        return;
    }
    first.add_units(units);
    const auto squared = static_cast<UInt128>(static_cast<Int128>(units) * units);
    for (std::size_t limb = 0; limb < square.size(); ++limb) {
        square[limb] += static_cast<std::int64_t>(static_cast<std::uint32_t>(squared >> (32U * limb)));
    }
}

void ExactMoments::merge(const ExactMoments& other) {
    first.merge(other.first);
    for (std::size_t limb = 0; limb < square.size(); ++limb) square[limb] += other.square[limb];
}

double ExactMoments::variance(const FixedPointGrid& grid) const {
    if (first.count < 2) return nan;
    // n * sum of squares - (sum)^2 is n (n - 1) times the variance, in units^2, and an exact integer
    Wide squares{};
    for (std::size_t limb = 0; limb < square.size(); ++limb) {
        add_shifted(squares, static_cast<UInt128>(static_cast<std::uint64_t>(square[limb])), static_cast<int>(limb));
    }
    const Int128 sum = total(first);
    const Wide size = wide(static_cast<UInt128>(sum < 0 ? -sum : sum));
    const Wide spread = minus(times(squares, wide(static_cast<UInt128>(first.count))), times(size, size));
    const auto n = static_cast<double>(first.count);
    return to_double(spread) / (n * (n - 1.0)) * grid.resolution() * grid.resolution();
}

double ExactMoments::standard_deviation(const FixedPointGrid& grid) const { return std::sqrt(variance(grid)); }

double ExactMoments::standard_error(const FixedPointGrid& grid) const {
    return std::sqrt(variance(grid) / static_cast<double>(first.count));
}

}  // namespace kohort
