#include "uncertainty/sobol_analysis.hpp"

#include "uncertainty/for_each_cell.hpp"
#include "uncertainty/generalised.hpp"
#include "uncertainty/subset_indices.hpp"
#include "uncertainty/triple.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace kohort::uncertainty {

namespace {

/// NaN, where an interval has no end, is wider than anything.
double wider(double one, double other) { return std::isnan(one) || one > other ? one : other; }

}  // namespace

struct SobolAnalysis::Tables {
    Triple first;
    Triple total;
    Triple second;
    Triple curve_first;
    Triple curve_total;
    std::array<Field, 4> bounds;
    std::vector<double> weights;  // (times) of the curves; empty where there are none
};

Analysis::Widest SobolAnalysis::widest_interval(const CellShare& cells, double at_least_variance) const {
    std::vector<double> largest(static_cast<std::size_t>(cells_.n_quantities()), 0.0);  // variance, by quantity
    std::vector<double> variances;
    for (int cell = 0; cell < cells_.failure(); ++cell) {
        variances.push_back(variance(sums_.without_frozen(cell), sums_.grid(cell)));
        double& most = largest[static_cast<std::size_t>(cells_.quantity_of(cell))];
        if (variances.back() > most) most = variances.back();
    }
    std::vector<Widest> of_cell(static_cast<std::size_t>(cells_.count()), {0, 0});
    const auto half = [](const Interval& found) { return (found.high - found.low) / 2; };
    for_each_cell(cells.within(0, cells_.failure()), [&](int cell) {
        const double least = at_least_variance * largest[static_cast<std::size_t>(cells_.quantity_of(cell))];
        if (!(variances[static_cast<std::size_t>(cell)] >= least)) return;
        const Jackknifed sums = jackknifed(cell);
        if (!resolved(sums.front())) return;
        Widest& widest = of_cell[static_cast<std::size_t>(cell)];
        for (int group = 0; group < sums_.shape().groups; ++group) {
            widest.first = wider(
                widest.first,
                half(interval(sums, [&](const CellSums& of) { return first_order(of, group, options_.first); })));
            widest.total = wider(
                widest.total,
                half(interval(sums, [&](const CellSums& of) { return total_order(of, group, options_.total); })));
        }
    });
    Widest widest{0, 0};
    for (const Widest& one : of_cell) widest = {wider(widest.first, one.first), wider(widest.total, one.total)};
    return widest;
}

std::size_t SobolAnalysis::place(int row, int cell) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(cells_.count()) + static_cast<std::size_t>(cell);
}

std::size_t SobolAnalysis::contributions() const {
    return static_cast<std::size_t>(sums_.shape().replicates + 1) * static_cast<std::size_t>(1 + 2 * sums_.shape().groups);
}

void SobolAnalysis::report_indices(Findings& findings, engine::Communicator& communicator) const {
    findings.topic = "sobol";
    findings.columns = {{"total", "total", "total_low", "total_high"}, {"first", "first", "first_low", "first_high"}};
    const int n_cells = cells_.count();
    const bool has_second = sums_.shape().second_order;
    const std::vector<Axis> axes{groups("parameter")};
    const std::vector<Axis> pair{groups("parameter"), groups("parameter_2")};
    const std::vector<Axis> curve{groups("parameter"),
                                  {.name = "variable", .labels = cells_.variables, .values = {}, .unit = {}}};
    const auto bound = [&](const char* name) {
        return empty_field(
            "sobol", name,
            "bound, whatever values the samples that were left out had had between the least and the greatest value",
            axes, n_cells);
    };
    Tables tables{.first = {"sobol", "first", "share of the variance that the parameter explains alone", axes, n_cells},
                  .total = {"sobol", "total", "share of the variance that the parameter takes part in", axes, n_cells},
                  .second = {"sobol_second", "interaction", "share of the variance that the two explain only together",
                             pair, has_second ? n_cells : 0},
                  .curve_first = {"generalised", "first",
                                  "share of the variance over all times that the parameter explains alone", curve, 1},
                  .curve_total = {"generalised", "total",
                                  "share of the variance over all times that the parameter takes part in", curve, 1},
                  .bounds = {bound("first_least"), bound("first_most"), bound("total_least"), bound("total_most")},
                  .weights = cells_.n_times() >= 2 ? trapezoid_weights(cells_.times) : std::vector<double>()};
    const CellShare own = share_of(n_cells, communicator);
    for (int variable = 0; variable < cells_.n_variables(); ++variable) {
        const CellShare share = own.within(cells_.at(variable, 0), cells_.at(variable, 0) + cells_.n_times());
        std::vector<double> mine(tables.weights.empty() ? 0 : static_cast<std::size_t>(share.size()) * contributions());
        for_each_cell(share, [&](int cell) {
            const std::size_t at = static_cast<std::size_t>(cell - share.first) * contributions();
            report_cell(cell, tables, mine.empty() ? std::span<double>() : std::span(mine).subspan(at, contributions()));
        });
        if (!tables.weights.empty()) report_curve(variable, communicator.gather_on_first(mine), tables);
    }
    for_each_cell(own.within(cells_.feature(0), n_cells), [&](int cell) { report_cell(cell, tables, {}); });

    tables.first.move_to(findings);
    tables.total.move_to(findings);
    std::int64_t left_out = 0;
    for (int cell = own.first; cell < own.last; ++cell) {
        const CellSums sums = sums_.without_frozen(cell);
        left_out += sums.missing + sums.out_of_range;
    }
    if (communicator.max(left_out) > 0) {
        for (Field& field : tables.bounds) findings.fields.push_back(std::move(field));
    }
    if (has_second) tables.second.move_to(findings);
    if (tables.weights.empty() || cells_.n_variables() == 0) return;
    tables.curve_first.move_to(findings);
    tables.curve_total.move_to(findings);
}

void SobolAnalysis::report_cell(int cell, Tables& tables, std::span<double> contributions) const {
    const Jackknifed sums = jackknifed(cell);
    const int n_groups = sums_.shape().groups;
    const auto each = [&](std::size_t from) {
        return contributions.data() + from * static_cast<std::size_t>(1 + 2 * n_groups);
    };
    for (std::size_t from = 0; !contributions.empty() && from < sums.size(); ++from) {
        const auto time = static_cast<std::size_t>(cell % cells_.n_times());
        *each(from) = CurveSum::weight_of(sums[from], tables.weights[time], sums_.grid(cell));
    }
    std::vector<double> first(sums.size());
    std::vector<double> total(sums.size());
    for (int group = 0; group < n_groups; ++group) {
        for (std::size_t from = 0; from < sums.size(); ++from) {
            first[from] = first_order(sums[from], group, options_.first);
            total[from] = total_order(sums[from], group, options_.total);
            if (contributions.empty()) continue;
            each(from)[1 + group] = first[from];
            each(from)[1 + n_groups + group] = total[from];
        }
        const auto of = [](const std::vector<double>& estimates) {
            return [&estimates](int without) { return estimates[static_cast<std::size_t>(without + 1)]; };
        };
        tables.first.set(place(group, cell), jackknife_(of(first)));
        tables.total.set(place(group, cell), jackknife_(of(total)));
    }
    report_bounds(cell, sums.front(), tables);
    if (sums_.shape().second_order) report_second(cell, sums, tables);
}

/// What Jansen's estimates could have been, had the base samples that were left out had any values in the range that the
/// others span.
void SobolAnalysis::report_bounds(int cell, const CellSums& sums, Tables& tables) const {
    const MomentSummary moments = statistics_.moments(cell);
    for (int group = 0; group < sums_.shape().groups; ++group) {
        const IndexBounds bounds = jansen_bounds(sums, sums_.grid(cell), group, moments.maximum - moments.minimum);
        tables.bounds[0].values[place(group, cell)] = bounds.first_least;
        tables.bounds[1].values[place(group, cell)] = bounds.first_most;
        tables.bounds[2].values[place(group, cell)] = bounds.total_least;
        tables.bounds[3].values[place(group, cell)] = bounds.total_most;
    }
}

void SobolAnalysis::report_second(int cell, const Jackknifed& sums, Tables& tables) const {
    const int n_groups = sums_.shape().groups;
    for (int one = 0; one < n_groups; ++one) {
        for (int other = 0; other < one; ++other) {
            const Interval found = interval(
                sums, [&](const CellSums& of) { return second_order(of, one, other, options_.first); });
            for (const int pair : {one * n_groups + other, other * n_groups + one})
                tables.second.set(place(pair, cell), found);
        }
    }
}

/// contributions: of all cells of the variable, on rank 0; elsewhere empty
void SobolAnalysis::report_curve(int variable, std::span<const double> contributions, Tables& tables) const {
    if (contributions.empty()) return;
    const int n_groups = sums_.shape().groups;
    const auto of_sums = static_cast<std::size_t>(1 + 2 * n_groups);
    const std::size_t of_cell = this->contributions();
    const auto index = [&](int estimate, int without) {
        CurveSum sum;
        for (std::size_t cell = 0; cell < contributions.size(); cell += of_cell) {
            const double* const numbers = contributions.data() + cell + static_cast<std::size_t>(without + 1) * of_sums;
            sum.add(numbers[0], numbers[1 + estimate]);
        }
        return sum.index();
    };
    for (int group = 0; group < n_groups; ++group) {
        const auto at = static_cast<std::size_t>(group * cells_.n_variables() + variable);
        tables.curve_first.set(at, jackknife_([&](int without) { return index(group, without); }));
        tables.curve_total.set(at, jackknife_([&](int without) { return index(n_groups + group, without); }));
    }
}

void SubsetAnalysis::report_indices(Findings& findings, engine::Communicator& communicator) const {
    const bool shapley = kind_ == Kind::shapley;
    findings.topic = shapley ? "shapley" : "variance_split";
    const int n_groups = static_cast<int>(options_.groups.size());
    const int n_cells = cells_.count();
    Triple share(findings.topic, "share",
                 shapley ? "share of the variance, interactions being shared out evenly"
                         : "share of the variance that this level adds to the levels before it",
                 {groups("parameter")}, n_cells);
    findings.columns = {{"share", "share", "share_low", "share_high"}};
    for_each_cell(share_of(n_cells, communicator), [&](int cell) {
        const Jackknifed sums = jackknifed(cell);
        std::vector<std::vector<double>> shares;  // over all replicates, then without each
        for (const CellSums& of : sums)
            shares.push_back(shapley ? shapley_effects(of, n_groups, options_.total)
                                     : variance_split(of, n_groups, options_.total));
        for (int group = 0; group < n_groups; ++group) {
            share.set(static_cast<std::size_t>(group) * static_cast<std::size_t>(n_cells) + static_cast<std::size_t>(cell),
                      jackknife_([&](int without) {
                          return shares[static_cast<std::size_t>(without + 1)][static_cast<std::size_t>(group)];
                      }));
        }
    });
    share.move_to(findings);
}

}  // namespace kohort::uncertainty
