#include "uncertainty/sobol_indices.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kohort::uncertainty {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Steps are at most 2^29 and terms 2^31: |sum| <= 2^60, |sum of products| <= 2^89, and every expression below < 2^125.

double rounded(Int128 integer) { return static_cast<double>(integer); }

/// terms^2 times the covariance of x and y
double covariance(Int128 terms, Int128 x, Int128 y, Int128 xy) { return rounded(terms * xy - x * y); }

/// The correlation of x and y with one mean and variance for both
double pooled_correlation(Int128 terms, Int128 x, Int128 y, Int128 xx, Int128 yy, Int128 xy) {
    const Int128 square = (x + y) * (x + y);
    return rounded(4 * terms * xy - square) / rounded(2 * terms * (xx + yy) - square);
}

double correlation(Int128 terms, Int128 x, Int128 y, Int128 xx, Int128 yy, Int128 xy) {
    return covariance(terms, x, y, xy) / std::sqrt(covariance(terms, x, x, xx)) / std::sqrt(covariance(terms, y, y, yy));
}

const CellSums::Frozen& frozen(const CellSums& sums, int group) {
    KOHORT_CHECK(group >= 0 && group < std::ssize(sums.frozen));
    return sums.frozen[static_cast<std::size_t>(group)];
}

}  // namespace

double mean(const CellSums& sums, const ValueGrid& grid) {
    if (sums.terms == 0) return nan;
    return grid.value(rounded(sums.a + sums.b) / (2 * static_cast<double>(sums.terms)));
}

double variance(const CellSums& sums, const ValueGrid& grid) {
    if (sums.terms == 0) return nan;
    const auto terms = static_cast<double>(sums.terms);
    return sums.spread / (4 * terms * terms) * grid.step() * grid.step();
}

bool resolved(const CellSums& sums) {
    const double least = 2 * static_cast<double>(sums.terms) * least_resolved_steps;
    return sums.terms >= 2 && sums.spread >= least * least;
}

double first_order(const CellSums& sums, int group, Estimator estimator) {
    if (!resolved(sums)) return nan;
    const CellSums::Frozen& of = frozen(sums, group);
    const Int128 n = sums.terms;
    switch (estimator) {
        case Estimator::martinez: return correlation(n, sums.b, of.c, sums.bb, of.cc, of.bc);
        case Estimator::janon: return pooled_correlation(n, sums.b, of.c, sums.bb, of.cc, of.bc);
        case Estimator::jansen: return 1 - rounded(2 * n * (sums.bb - 2 * of.bc + of.cc)) / sums.spread;
        case Estimator::saltelli: break;
    }
    return 2 * rounded(2 * n * (of.bc - sums.ab) - (sums.a + sums.b) * (of.c - sums.a)) / sums.spread;
}

double total_order(const CellSums& sums, int group, Estimator estimator) {
    if (!resolved(sums)) return nan;
    const CellSums::Frozen& of = frozen(sums, group);
    const Int128 n = sums.terms;
    switch (estimator) {
        case Estimator::martinez: return 1 - correlation(n, sums.a, of.c, sums.aa, of.cc, of.ac);
        case Estimator::janon: return 1 - pooled_correlation(n, sums.a, of.c, sums.aa, of.cc, of.ac);
        case Estimator::jansen: return rounded(2 * n * (sums.aa - 2 * of.ac + of.cc)) / sums.spread;
        case Estimator::saltelli: break;
    }
    return 2 * rounded(2 * n * (sums.aa - of.ac) - (sums.a + sums.b) * (sums.a - of.c)) / sums.spread;
}

IndexBounds jansen_bounds(const CellSums& sums, const ValueGrid& grid, int group, double spread) {
    if (!resolved(sums)) return {nan, nan, nan, nan};
    const CellSums::Frozen& of = frozen(sums, group);
    // a pair left out adds at most spread^2 to the sum of squared differences, and at most 2 spread^2 to the sum of squares
    // about the mean, of which all a and b together have `about`
    const double steps = spread / grid.step();
    const double roles = static_cast<double>(sums.terms) / static_cast<double>(sums.samples);
    const double more = roles * static_cast<double>(sums.missing + sums.out_of_range) * steps * steps;
    const double about = sums.spread / (2 * static_cast<double>(sums.terms));
    const double apart_b = rounded(sums.bb - 2 * of.bc + of.cc);
    const double apart_a = rounded(sums.aa - 2 * of.ac + of.cc);
    const auto share = [](double number) { return std::clamp(number, 0.0, 1.0); };
    return {.first_least = share(1 - (apart_b + more) / about),
            .first_most = share(1 - apart_b / (about + 2 * more)),
            .total_least = share(apart_a / (about + 2 * more)),
            .total_most = share((apart_a + more) / about)};
}

double closed_order(const CellSums& sums, int first, int second) {
    if (!resolved(sums)) return nan;
    const auto pair = static_cast<std::size_t>(pair_of(first, second));
    KOHORT_CHECK(first != second && pair < sums.crossed.size());
    // with roles exchanged, the sums over c hold ab and ba of a group alike, each once for each of the crossed products
    const CellSums::Frozen& one = frozen(sums, first);
    const CellSums::Frozen& other = frozen(sums, second);
    return pooled_correlation(sums.terms, one.c, other.c, one.cc, other.cc, sums.crossed[pair]);
}

double second_order(const CellSums& sums, int first, int second, Estimator estimator) {
    return closed_order(sums, first, second) - first_order(sums, first, estimator) - first_order(sums, second, estimator);
}

}  // namespace kohort::uncertainty
