// Sobol indices of a cell from its sums. Every numerator and denominator is an exact integer, rounded once.
#pragma once

#include "uncertainty/pick_freeze_sums.hpp"

namespace kohort::uncertainty {

/// With a = f(A), b = f(B), c = f(A with the group from B), m a mean, V a variance:
///   martinez  first: corr(b, c);  total: 1 - corr(a, c)        Martinez 2011; Baudin et al. 2016, SAMO
///   janon     as martinez with the pooled m and V of the pair: Janon et al. 2014, doi:10.1051/ps/2013040
///   jansen    first: 1 - E(b - c)^2 / 2V;  total: E(a - c)^2 / 2V  Jansen 1999, doi:10.1016/S0010-4655(98)00154-4
///   saltelli  first: E (b - m)(c - a) / V;  total: E (a - m)(a - c) / V
///             Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018, table 2, b and e (e is Sobol' 2007)
/// V of the last two is that of all a and b.
enum class Estimator { martinez, janon, jansen, saltelli };

/// [grid's unit] Of all a and b; NaN without samples.
[[nodiscard]] double mean(const CellSums& sums, const ValueGrid& grid);
/// [grid's unit^2] With divisor n.
[[nodiscard]] double variance(const CellSums& sums, const ValueGrid& grid);
/// Whether the cell varies by more than its grid and a solver's error: otherwise all its indices are NaN.
[[nodiscard]] bool resolved(const CellSums& sums);

/// The share of the variance that the group explains alone.
[[nodiscard]] double first_order(const CellSums& sums, int group, Estimator estimator);
/// The share that the group takes part in.
[[nodiscard]] double total_order(const CellSums& sums, int group, Estimator estimator);
/// The share that two groups explain together (S_i + S_j + S_ij): f(B with i from A) and f(A with j from B) agree in i and j
/// alone, Saltelli 2002, doi:10.1016/S0010-4655(02)00280-1, theorem 2; normalised as `janon`. Needs second order sums.
[[nodiscard]] double closed_order(const CellSums& sums, int first, int second);
/// The share of their interaction, closed - first - first, first orders by `estimator`.
[[nodiscard]] double second_order(const CellSums& sums, int first, int second, Estimator estimator);

/// Between which values Jansen's estimates would lie, had the samples that were left out had any values that differ by at most
/// `spread` from each other and from the others. With nothing left out, the estimates themselves, within 0 and 1.
struct IndexBounds {
    double first_least;
    double first_most;
    double total_least;
    double total_most;
};
[[nodiscard]] IndexBounds jansen_bounds(const CellSums& sums, const ValueGrid& grid, int group, double spread);

}  // namespace kohort::uncertainty
