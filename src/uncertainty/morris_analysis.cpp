#include "uncertainty/morris_analysis.hpp"

#include "uncertainty/for_each_cell.hpp"

#include "base/errors.hpp"

#include <boost/math/distributions/students_t.hpp>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

namespace kohort::uncertainty {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Differences of values that are rounded to the grid differ by up to a step for no other reason.
constexpr double rounding_steps = 1.0;

Field field_of(std::string name, std::string meaning, const Axis& groups, std::size_t cells, FieldUnit unit) {
    return {.topic = "morris",
            .name = std::move(name),
            .meaning = std::move(meaning),
            .axes = {groups},
            .unit = unit,
            .whole = false,
            .values = std::vector<double>(groups.size() * cells, nan)};
}

}  // namespace

void MorrisRuns::fill(std::int64_t block, int place, std::span<double> coordinates) const {
    for (int input = 0; input < inputs(); ++input) {
        coordinates[static_cast<std::size_t>(input)] = window_[0] +
                                                       (window_[1] - window_[0]) * design_.at(block, place, input);
    }
}

MorrisAnalysis::MorrisAnalysis(const MorrisRuns& design, std::vector<ValueGrid> grids, MorrisOptions options)
    : design_(design), grids_(std::move(grids)), options_(std::move(options)) {
    const int groups = design.trajectories().groups();
    single_.assign(static_cast<std::size_t>(groups), -1);
    std::vector<int> members(static_cast<std::size_t>(groups), 0);
    for (int input = 0; input < design.inputs(); ++input) {
        const auto group = static_cast<std::size_t>(design.trajectories().group_of(input));
        single_[group] = ++members[group] == 1 ? input : -1;
    }
    sums_.resize(static_cast<std::size_t>(groups * quantities) * grids_.size());
}

void MorrisAnalysis::add(std::int64_t block, const BlockValues& values) {
    const auto rows = static_cast<std::size_t>(design_.block_rows());
    KOHORT_CHECK(values.rows() == design_.block_rows());
    struct Step {
        int group;
        int direction;  // 0 for a group of several inputs
    };
    std::vector<Step> changes;
    for (int place = 0; place + 1 < design_.block_rows(); ++place) {
        const int group = design_.trajectories().changed_group(block, place);
        const int input = single_[static_cast<std::size_t>(group)];
        changes.push_back({group, input < 0 ? 0 : design_.trajectories().direction(block, input)});
    }
    std::vector<double> of_cell(rows);  // a trajectory is short: threads would cost more than they save
    std::vector<std::int32_t> steps(rows);
    for (std::size_t cell = 0; cell < grids_.size(); ++cell) {
        values.read(static_cast<int>(cell), of_cell);
        grids_[cell].steps(of_cell, steps.data());
        for (std::size_t place = 0; place + 1 < rows; ++place) {
            if (steps[place] == ValueGrid::outside || steps[place + 1] == ValueGrid::outside) continue;
            const auto [group, direction] = changes[place];
            const std::int64_t change = std::int64_t{steps[place + 1]} - steps[place];
            ++sum(group, count, cell);
            sum(group, signed_sum, cell) += direction * change;
            sum(group, size_sum, cell) += std::abs(change);
            add_split(sum(group, squares, cell), sum(group, squares + 1, cell), change * change);
        }
    }
}

ElementaryEffects MorrisAnalysis::effects(int group, int cell_number) const {
    const auto cell = static_cast<std::size_t>(cell_number);
    ElementaryEffects effects{.count = sum(group, count, cell), .mu_star = nan, .half_width = nan, .mu = nan, .sigma = nan};
    if (effects.count == 0) return effects;
    const bool single = single_[static_cast<std::size_t>(group)] >= 0;
    const Int128 n = effects.count;
    const Int128 square = joined(sum(group, squares, cell), sum(group, squares + 1, cell));
    const double unit = grids_[cell].step() / design_.trajectories().step();  // of an effect, for each step of the grid
    const auto spread = [&](std::int64_t total) {                             // variance of single effects, [steps^2]
        const double exact = static_cast<double>(n * square - Int128{total} * total);
        return exact / (static_cast<double>(n) * static_cast<double>(n - 1));
    };
    const auto count_of = static_cast<double>(effects.count);
    effects.mu_star = unit * static_cast<double>(sum(group, size_sum, cell)) / count_of;
    if (single) effects.mu = unit * static_cast<double>(sum(group, signed_sum, cell)) / count_of;
    if (effects.count < 2) return effects;
    const boost::math::students_t student(count_of - 1);
    effects.half_width = boost::math::quantile(student, (1 + options_.level) / 2) * unit *
                         std::sqrt(spread(sum(group, size_sum, cell)) / count_of);
    if (single) {
        const double sigma = std::sqrt(spread(sum(group, signed_sum, cell)));
        effects.sigma = sigma <= rounding_steps ? 0.0 : unit * sigma;
    }
    return effects;
}

void MorrisAnalysis::report(Findings& findings, engine::Communicator& communicator) const {
    const Axis groups{.name = "parameter", .labels = options_.groups, .values = {}, .unit = {}};
    const std::size_t cells = grids_.size();
    Field mu_star = field_of("mu_star", "mean size of the effect of moving the parameter over its window", groups,
                             cells, FieldUnit::of_cell);
    Field low = field_of("mu_star_low", "lower end of the interval of mu_star", groups, cells, FieldUnit::of_cell);
    Field high = field_of("mu_star_high", "upper end of the interval of mu_star", groups, cells, FieldUnit::of_cell);
    Field mu = field_of("mu", "mean effect", groups, cells, FieldUnit::of_cell);
    Field sigma = field_of("sigma", "standard deviation of the effects: other than 0 by curvature or interaction",
                           groups, cells, FieldUnit::of_cell);
    Field steps = field_of("steps", "steps of which both ends have a value in range", groups, cells, FieldUnit::none);
    steps.whole = true;
    for_each_cell(share_of(static_cast<int>(cells), communicator), [&](int cell) {
        for (std::size_t group = 0; group < options_.groups.size(); ++group) {
            const ElementaryEffects found = effects(static_cast<int>(group), cell);
            const std::size_t at = group * cells + static_cast<std::size_t>(cell);
            mu_star.values[at] = found.mu_star;
            low.values[at] = found.mu_star - found.half_width;
            high.values[at] = found.mu_star + found.half_width;
            mu.values[at] = found.mu;
            sigma.values[at] = found.sigma;
            steps.values[at] = static_cast<double>(found.count);
        }
    });
    for (Field* field : {&mu_star, &low, &high, &mu, &sigma, &steps}) findings.fields.push_back(std::move(*field));
    findings.topic = "morris";
    findings.columns = {
        {"mu*", "mu_star", "mu_star_low", "mu_star_high"}, {"mu", "mu", "", ""}, {"sigma", "sigma", "", ""}};
}

}  // namespace kohort::uncertainty
