#include "known_functions.hpp"
#include "table_values.hpp"
#include "uncertainty/morris_analysis.hpp"
#include "uncertainty/polynomial_basis.hpp"
#include "uncertainty/ranges.hpp"
#include "uncertainty/sample_design.hpp"
#include "uncertainty/sobol_analysis.hpp"
#include "uncertainty/subset_indices.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

namespace kohort::uncertainty {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// One variable at one time, no feature: cells are the value and the failure.
Cells one_value() {
    return {
        .variables = {"y"}, .variable_units = {"1"}, .times = {0.0}, .time_unit = "h", .features = {}, .feature_units = {}};
}

std::vector<QuantityRange> ranges(double low, double high) {
    return {{.range = {low, high}, .largest = std::max(std::abs(low), std::abs(high)), .signed_values = low < 0, .declared = true},
            {.range = {0, 1}, .largest = 1, .signed_values = false, .declared = true}};
}

/// Runs blocks of a design through a function of the unit cube; NaN is a failure.
void run(const Design& design, Analysis& analysis, const std::function<double(const Point&)>& function) {
    Point point(static_cast<std::size_t>(design.inputs()));
    for (std::int64_t block = 0; block < design.blocks(); ++block) {
        std::vector<double> values;
        for (int place = 0; place < design.block_rows(); ++place) {
            design.fill(block, place, point);
            const double value = function(point);
            values.push_back(value);
            values.push_back(std::isnan(value) ? 1.0 : 0.0);
        }
        analysis.add(block, TableValues(std::move(values), 2));
    }
}

const Field& field(const Findings& findings, const char* name) {
    const Field* found = find_field(findings, findings.topic, name);
    EXPECT_NE(found, nullptr) << name;
    return *found;
}

TEST(MorrisAnalysis, of_a_linear_function_gives_its_coefficients_and_no_spread) {
    const MorrisRuns runs(MorrisDesign({.group_of = {0, 1, 2}, .levels = 4, .seed = 1}), 20, {0.0, 1.0});
    MorrisAnalysis analysis(runs, grids_of(one_value(), ranges(-10, 10)), {.level = 0.95, .groups = {"a", "b", "c"}});
    run(runs, analysis, [](const Point& u) { return 3 * u[0] - 0.5 * u[1]; });
    const ElementaryEffects a = analysis.effects(0, 0);
    EXPECT_EQ(a.count, 20);
    EXPECT_NEAR(a.mu_star, 3, 1e-7);  // values are kept to 2^-25
    EXPECT_NEAR(a.mu, 3, 1e-7);
    EXPECT_EQ(a.sigma, 0.0);
    EXPECT_NEAR(analysis.effects(1, 0).mu, -0.5, 1e-7);
    EXPECT_EQ(analysis.effects(1, 0).sigma, 0.0);
    EXPECT_EQ(analysis.effects(2, 0).mu_star, 0.0);
}

TEST(MorrisAnalysis, leaves_out_steps_with_a_missing_end_and_has_no_mu_of_groups) {
    const MorrisRuns runs(MorrisDesign({.group_of = {0, 0, 1}, .levels = 4, .seed = 2}), 400, {0.1, 0.9});
    MorrisAnalysis analysis(runs, grids_of(one_value(), ranges(-10, 10)), {.level = 0.95, .groups = {"ab", "c"}});
    run(runs, analysis, [](const Point& u) { return u[2] > 0.8 ? nan : u[0] * u[1]; });
    EXPECT_TRUE(std::isnan(analysis.effects(0, 0).mu));
    EXPECT_GT(analysis.effects(0, 0).mu_star, 0);
    EXPECT_LT(analysis.effects(0, 0).count, 400);
    EXPECT_GT(analysis.effects(0, 0).count, 200);
    EXPECT_EQ(analysis.effects(1, 0).mu_star, 0.0);
    EXPECT_NEAR(analysis.effects(1, 1).mu, 1.0, 0.8);  // failure is a cell like any other: c switches it on
}

PickFreeze ishigami_runs(std::vector<std::uint32_t> subsets, std::int64_t samples = 1024) {
    return PickFreeze({.group_of = {0, 1, 2}, .samples = samples, .replicates = 4, .subsets = std::move(subsets), .seed = 5});
}

template <class Made>
std::unique_ptr<Made> analysis_of(const PickFreeze& runs) {
    const auto all = ranges(-12, 20);
    return std::make_unique<Made>(runs, one_value(), all, CellStatistics(one_value(), all, {}),
                                  IndexOptions{.groups = {"x1", "x2", "x3"}});
}

TEST(SobolAnalysis, bounds_hold_what_the_missing_runs_would_have_given) {
    const PickFreeze runs = ishigami_runs({});
    const auto whole = analysis_of<SobolAnalysis>(runs);
    const auto holed = analysis_of<SobolAnalysis>(runs);
    run(runs, *whole, [](const Point& u) { return ishigami(u); });
    run(runs, *holed, [](const Point& u) { return u[0] > 0.995 ? nan : ishigami(u); });
    const Findings of_whole = report_of(*whole, 2, *engine::single_process());
    const Findings of_holed = report_of(*holed, 2, *engine::single_process());
    EXPECT_EQ(find_field(of_whole, "sobol", "total_least"), nullptr);  // nothing to bound
    EXPECT_GT(field(of_holed, "missing").values[0], 0);
    EXPECT_EQ(field(of_holed, "missing").values[0] + field(of_holed, "samples").values[0], 4096);
    for (std::size_t group = 0; group < 3; ++group) {
        EXPECT_LE(field(of_holed, "total_least").values[2 * group], field(of_whole, "total").values[2 * group]);
        EXPECT_GE(field(of_holed, "total_most").values[2 * group], field(of_whole, "total").values[2 * group]);
    }
    // failure is caused by x1 alone
    EXPECT_NEAR(field(of_holed, "total").values[1], 1, 0.05);
    EXPECT_NEAR(field(of_holed, "total").values[3], 0, 0.05);
}

TEST(SobolAnalysis, an_interval_without_an_end_is_the_widest_wherever_it_is) {
    const PickFreeze runs = ishigami_runs({}, 64);
    Cells cells = one_value();
    cells.times = {0.0, 1.0};
    const auto all = ranges(-12, 20);
    SobolAnalysis analysis(runs, cells, all, CellStatistics(cells, all, {}), IndexOptions{.groups = {"x1", "x2", "x3"}});
    Point point(3);
    for (std::int64_t block = 0; block < runs.blocks(); ++block) {
        std::vector<double> values;
        for (int place = 0; place < runs.block_rows(); ++place) {
            runs.fill(block, place, point);
            const double value = ishigami(point);
            // the first cell varies in one replicate only: nothing can be estimated without it
            values.insert(values.end(), {runs.replicate_of(block) == 0 ? value : 1.0, value, 0.0});
        }
        analysis.add(block, TableValues(std::move(values), 3));
    }
    const Analysis::Widest of_both = widest_of(analysis, 3, 0.0, *engine::single_process());
    EXPECT_TRUE(std::isnan(of_both.first));
    EXPECT_TRUE(std::isnan(of_both.total));
    EXPECT_TRUE(std::isfinite(analysis.widest_interval({1, 3}, 0.0).total));
    EXPECT_GT(analysis.widest_interval({1, 3}, 0.0).first, 0);
}

TEST(Ranges, of_tiny_values_that_the_first_runs_share_are_tiny) {
    const std::vector<double> pilot{2e-12, 0.0, 2e-12, 0.0};  // two runs of a value and the failure
    const std::vector<std::optional<ValueGrid::Range>> none(1);
    const QuantityRange found = find_ranges(one_value(), none, pilot).front();
    EXPECT_LT(found.range.low, 2e-12);
    EXPECT_GT(found.range.high, 2.5e-12);
    EXPECT_LT(found.range.high - found.range.low, 1e-11);  // others are counted as out of range, not lost within a step
}

TEST(Analysis, a_saved_state_goes_on_to_the_same_bits) {
    const PickFreeze runs = ishigami_runs({}, 64);
    const auto one_go = analysis_of<SobolAnalysis>(runs);
    run(runs, *one_go, [](const Point& u) { return ishigami(u); });
    const PickFreeze half = ishigami_runs({}, 32);
    const auto first = analysis_of<SobolAnalysis>(half);
    run(half, *first, [](const Point& u) { return ishigami(u); });
    const auto second = analysis_of<SobolAnalysis>(runs);
    ASSERT_TRUE(restore(*second, state_of(*first)));
    Point point(3);
    for (std::int64_t block = half.blocks(); block < runs.blocks(); ++block) {
        std::vector<double> values;
        for (int place = 0; place < runs.block_rows(); ++place) {
            runs.fill(block, place, point);
            values.insert(values.end(), {ishigami(point), 0.0});
        }
        second->add(block, TableValues(std::move(values), 2));
    }
    EXPECT_EQ(state_of(*second), state_of(*one_go));
    EXPECT_FALSE(restore(*second, std::vector<std::int64_t>{1, 2, 3}));
}

TEST(SubsetAnalysis, shapley_effects_add_up_to_one_and_are_ishigamis) {
    const PickFreeze runs = ishigami_runs(all_subsets(3));
    const auto all = ranges(-12, 20);
    SubsetAnalysis analysis(SubsetAnalysis::Kind::shapley, runs, one_value(), all, CellStatistics(one_value(), all, {}),
                            IndexOptions{.groups = {"x1", "x2", "x3"}});
    run(runs, analysis, [](const Point& u) { return ishigami(u); });
    const Findings findings = report_of(analysis, 2, *engine::single_process());
    const Field& share = field(findings, "share");
    EXPECT_NEAR(share.values[0] + share.values[2] + share.values[4], 1, 1e-12);
    // the bars of 4,096 samples
    EXPECT_NEAR(share.values[0], 0.435747023178885, 4 * 3.5e-3);
    EXPECT_NEAR(share.values[2], 0.442411144790041, 4 * 1.8e-3);
    EXPECT_NEAR(share.values[4], 0.121841832031074, 4 * 1.1e-3);
}

TEST(PolynomialBasis, is_orthonormal_under_its_inputs) {
    const PolynomialBasis basis({.germs = {Germ::uniform, Germ::normal}, .degree = 3, .hyperbolic = 1.0});
    EXPECT_EQ(basis.size(), 10U);
    EXPECT_EQ(basis.size_of_degree(1), 3U);
    const UnitPoints points({.dimensions = 2, .seed = 8});
    constexpr std::int64_t n = 1 << 14;
    std::vector<double> sums(100, 0.0);
    std::vector<double> values(10);
    for (std::int64_t sample = 0; sample < n; ++sample) {
        basis.evaluate(std::vector{points.at(0, sample, 0), points.at(0, sample, 1)}, values);
        for (std::size_t row = 0; row < 10; ++row) {
            for (std::size_t column = 0; column < 10; ++column)
                sums[10 * row + column] += values[row] * values[column] / n;
        }
    }
    for (std::size_t row = 0; row < 10; ++row) {
        for (std::size_t column = 0; column < 10; ++column)
            EXPECT_NEAR(sums[10 * row + column], row == column ? 1 : 0, 0.02) << row << " " << column;  // Hermite's tails
    }
}

TEST(PolynomialBasis, hyperbolic_truncation_leaves_interactions_out) {
    EXPECT_EQ(PolynomialBasis::n_terms(3, 4, 1.0, 1000), 35U);      // 7 over 3
    EXPECT_EQ(PolynomialBasis::n_terms(3, 4, 0.4, 1000), 13U);      // each input alone: 1 + 3 * 4
    EXPECT_EQ(PolynomialBasis::n_terms(30, 10, 1.0, 1000), 1001U);  // it stops counting
}

}  // namespace
}  // namespace kohort::uncertainty
