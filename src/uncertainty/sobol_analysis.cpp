#include "uncertainty/sobol_analysis.hpp"

#include "uncertainty/generalised.hpp"
#include "uncertainty/subset_indices.hpp"
#include "uncertainty/triple.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace kohort::uncertainty {

Analysis::Widest SobolAnalysis::widest_interval(double at_least_variance) const {
    Widest widest{0, 0};
    std::vector<double> largest(static_cast<std::size_t>(cells_.n_quantities()), 0.0);  // variance, by quantity
    const auto variance_of = [&](int cell) { return variance(sums_.cell(cell), sums_.grid(cell)); };
    std::vector<double> variances;
    for (int cell = 0; cell < cells_.failure(); ++cell) {
        variances.push_back(variance_of(cell));
        double& most = largest[static_cast<std::size_t>(cells_.quantity_of(cell))];
        if (variances.back() > most) most = variances.back();
    }
    for (int cell = 0; cell < cells_.failure(); ++cell) {
        const double least = at_least_variance * largest[static_cast<std::size_t>(cells_.quantity_of(cell))];
        const Jackknifed sums = jackknifed(cell);
        if (!(variances[static_cast<std::size_t>(cell)] >= least) || !resolved(sums.front())) continue;
        for (int group = 0; group < sums_.shape().groups; ++group) {
            const auto half = [](const Interval& found) { return (found.high - found.low) / 2; };
            const double first = half(
                interval(sums, [&](const CellSums& of) { return first_order(of, group, options_.first); }));
            const double total = half(
                interval(sums, [&](const CellSums& of) { return total_order(of, group, options_.total); }));
            if (!(first <= widest.first)) widest.first = first;  // NaN counts as wide
            if (!(total <= widest.total)) widest.total = total;
        }
    }
    return widest;
}

void SobolAnalysis::report_indices(Findings& findings) const {
    findings.topic = "sobol";
    findings.columns = {{"total", "total", "total_low", "total_high"}, {"first", "first", "first_low", "first_high"}};
    const int n_cells = cells_.count();
    const std::vector<Axis> axes{groups("parameter")};
    Triple first("sobol", "first", "share of the variance that the parameter explains alone", axes, n_cells);
    Triple total("sobol", "total", "share of the variance that the parameter takes part in", axes, n_cells);
    for (int cell = 0; cell < n_cells; ++cell) {
        const Jackknifed sums = jackknifed(cell);
        for (int group = 0; group < sums_.shape().groups; ++group) {
            const auto place = static_cast<std::size_t>(group) * static_cast<std::size_t>(n_cells) +
                               static_cast<std::size_t>(cell);
            first.set(place, interval(sums, [&](const CellSums& of) { return first_order(of, group, options_.first); }));
            total.set(place, interval(sums, [&](const CellSums& of) { return total_order(of, group, options_.total); }));
        }
    }
    first.move_to(findings);
    total.move_to(findings);
    report_bounds(findings);
    if (sums_.shape().second_order) report_second(findings);
    report_generalised(findings);
}

/// What Jansen's estimates could have been, had the base samples that were left out had any values in the range that the
/// others span.
void SobolAnalysis::report_bounds(Findings& findings) const {
    const int n_cells = cells_.count();
    const std::vector<Axis> axes{groups("parameter")};
    std::vector<Field> fields;
    const char* of_missing =
        "bound, whatever values the samples that were left out had had between the least and the greatest value";
    for (const char* name : {"first_least", "first_most", "total_least", "total_most"})
        fields.push_back(empty_field("sobol", name, of_missing, axes, n_cells));
    bool any = false;
    for (int cell = 0; cell < n_cells; ++cell) {
        const CellSums sums = sums_.cell(cell);
        any = any || sums.missing + sums.out_of_range > 0;
        const MomentSummary moments = statistics_.moments(cell);
        for (int group = 0; group < sums_.shape().groups; ++group) {
            const IndexBounds bounds = jansen_bounds(sums, sums_.grid(cell), group, moments.maximum - moments.minimum);
            const auto place = static_cast<std::size_t>(group) * static_cast<std::size_t>(n_cells) +
                               static_cast<std::size_t>(cell);
            fields[0].values[place] = bounds.first_least;
            fields[1].values[place] = bounds.first_most;
            fields[2].values[place] = bounds.total_least;
            fields[3].values[place] = bounds.total_most;
        }
    }
    if (!any) return;
    for (Field& field : fields) findings.fields.push_back(std::move(field));
}

void SobolAnalysis::report_second(Findings& findings) const {
    const int n_groups = sums_.shape().groups;
    const int n_cells = cells_.count();
    Triple second("sobol_second", "interaction", "share of the variance that the two explain only together",
                  {groups("parameter"), groups("parameter_2")}, n_cells);
    for (int cell = 0; cell < n_cells; ++cell) {
        const Jackknifed sums = jackknifed(cell);
        for (int one = 0; one < n_groups; ++one) {
            for (int other = 0; other < one; ++other) {
                const Interval found = interval(
                    sums, [&](const CellSums& of) { return second_order(of, one, other, options_.first); });
                for (const int pair : {one * n_groups + other, other * n_groups + one})
                    second.set(static_cast<std::size_t>(pair) * static_cast<std::size_t>(n_cells) +
                                   static_cast<std::size_t>(cell),
                               found);
            }
        }
    }
    second.move_to(findings);
}

void SobolAnalysis::report_generalised(Findings& findings) const {
    if (cells_.n_times() < 2 || cells_.n_variables() == 0) return;
    const std::vector<Axis> axes{groups("parameter"),
                                 {.name = "variable", .labels = cells_.variables, .values = {}, .unit = {}}};
    Triple first("generalised", "first", "share of the variance over all times that the parameter explains alone", axes, 1);
    Triple total("generalised", "total", "share of the variance over all times that the parameter takes part in", axes, 1);
    const std::vector<double> weights = trapezoid_weights(cells_.times);
    const int replicates = sums_.shape().replicates;
    for (int variable = 0; variable < cells_.n_variables(); ++variable) {
        std::vector<std::vector<CellSums>> curves(static_cast<std::size_t>(replicates) + 1);
        for (int time = 0; time < cells_.n_times(); ++time) {
            Jackknifed sums = jackknifed(cells_.at(variable, time));
            for (std::size_t left_out = 0; left_out < curves.size(); ++left_out)
                curves[left_out].push_back(std::move(sums[left_out]));
        }
        const ValueGrid& grid = sums_.grid(cells_.at(variable, 0));
        for (int group = 0; group < sums_.shape().groups; ++group) {
            const auto at = static_cast<std::size_t>(group * cells_.n_variables() + variable);
            const auto curve = [&](int without) -> const auto& { return curves[static_cast<std::size_t>(without + 1)]; };
            first.set(at, jackknife_([&](int without) {
                          return generalised_first(curve(without), weights, grid, group, options_.first);
                      }));
            total.set(at, jackknife_([&](int without) {
                          return generalised_total(curve(without), weights, grid, group, options_.total);
                      }));
        }
    }
    first.move_to(findings);
    total.move_to(findings);
}

void SubsetAnalysis::report_indices(Findings& findings) const {
    const bool shapley = kind_ == Kind::shapley;
    findings.topic = shapley ? "shapley" : "variance_split";
    const int n_groups = static_cast<int>(options_.groups.size());
    const int n_cells = cells_.count();
    Triple share(findings.topic, "share",
                 shapley ? "share of the variance, interactions being shared out evenly"
                         : "share of the variance that this level adds to the levels before it",
                 {groups("parameter")}, n_cells);
    findings.columns = {{"share", "share", "share_low", "share_high"}};
    for (int cell = 0; cell < n_cells; ++cell) {
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
    }
    share.move_to(findings);
}

}  // namespace kohort::uncertainty
