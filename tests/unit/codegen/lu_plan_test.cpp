#include "codegen/lu_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace kohort::codegen {
namespace {

using Dense = std::vector<std::vector<double>>;

/// Gaussian elimination with partial pivoting: the independent solution.
std::vector<double> dense_solve(Dense a, std::vector<double> b) {
    const std::size_t n = b.size();
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t pivot = k;
        for (std::size_t row = k; row < n; ++row) {
            if (std::abs(a[row][k]) > std::abs(a[pivot][k])) pivot = row;
        }
        std::swap(a[k], a[pivot]);
        std::swap(b[k], b[pivot]);
        for (std::size_t row = k + 1; row < n; ++row) {
            const double factor = a[row][k] / a[k][k];
            for (std::size_t column = k; column < n; ++column) a[row][column] -= factor * a[k][column];
            b[row] -= factor * b[k];
        }
    }
    for (std::size_t row = n; row-- > 0;) {
        for (std::size_t column = row + 1; column < n; ++column) b[row] -= a[row][column] * b[column];
        b[row] /= a[row][row];
    }
    return b;
}

struct Sparse {
    std::uint32_t n = 0;
    std::vector<MatrixEntry> entries;
    std::vector<double> values;
};

/// About `per_row` entries in each row; a row's entries add up to at most `weight` in absolute value.
Sparse random_matrix(std::uint32_t n, int per_row, double weight, std::mt19937_64& random) {
    Sparse matrix{.n = n, .entries = {}, .values = {}};
    std::uniform_real_distribution<double> value(-weight / per_row, weight / per_row);
    for (std::uint32_t row = 0; row < n; ++row) {
        std::set<std::uint32_t> columns;
        for (int count = 0; count < per_row; ++count) columns.insert(static_cast<std::uint32_t>(random() % n));
        for (const std::uint32_t column : columns) {
            matrix.entries.push_back({row, column});
            matrix.values.push_back(value(random));
        }
    }
    return matrix;
}

std::vector<double> planned_solve(const LuPlan& plan, const Sparse& jacobian, double shift, std::vector<double> b) {
    std::vector<double> lu(plan.entries.size(), std::nan(""));  // what is read before it is written shows
    factor_by_table(plan.factor, shift, jacobian.values.data(), lu.data());
    solve_by_table(plan.solve, lu.data(), b.data());
    return b;
}

Dense shifted(const Sparse& jacobian, double shift) {
    Dense dense(jacobian.n, std::vector<double>(jacobian.n, 0.0));
    for (std::size_t row = 0; row < jacobian.n; ++row) dense[row][row] = shift;
    for (std::size_t entry = 0; entry < jacobian.entries.size(); ++entry) {
        dense[jacobian.entries[entry].row][jacobian.entries[entry].column] -= jacobian.values[entry];
    }
    return dense;
}

TEST(LuPlan, solves_like_dense_elimination_for_random_sparse_matrices) {
    std::mt19937_64 random(42);
    std::normal_distribution<double> normal;
    for (int trial = 0; trial < 200; ++trial) {
        const auto n = static_cast<std::uint32_t>(1 + random() % 60);
        const Sparse jacobian = random_matrix(n, 1 + static_cast<int>(random() % 6), 0.9, random);
        const LuPlan plan = plan_lu(n, jacobian.entries);
        std::vector<double> b(n);
        for (double& value : b) value = normal(random);
        const auto expected = dense_solve(shifted(jacobian, 1.0), b);
        const auto solution = planned_solve(plan, jacobian, 1.0, b);
        // rows are dominated by the shift 1 with at most 0.9 beside it: condition number below 1.9 / 0.1, some 1e-14 at most
        for (std::size_t state = 0; state < n; ++state) ASSERT_NEAR(solution[state], expected[state], 1e-13) << trial;
    }
}

TEST(LuPlan, knows_where_each_value_of_the_matrix_belongs) {
    std::mt19937_64 random(30);
    constexpr std::uint32_t n = 30;
    const Sparse jacobian = random_matrix(n, 4, 4.0, random);
    std::vector<double> x(n);
    for (double& value : x) value = std::normal_distribution<double>()(random);
    std::vector<double> product(n, std::nan(""));
    multiply_by_table(plan_lu(n, jacobian.entries).jacobian, 0, n, jacobian.values.data(), x.data(), product.data());
    const Dense matrix = shifted(jacobian, 0.0);  // the negative
    for (std::size_t row = 0; row < n; ++row) {
        double expected = 0.0;
        for (std::size_t column = 0; column < n; ++column) expected -= matrix[row][column] * x[column];
        EXPECT_NEAR(product[row], expected, 1e-14) << row;  // four products near 1, each rounded once or twice
    }
}

TEST(LuPlan, eliminates_an_arrow_without_filling_it_in) {
    constexpr std::uint32_t n = 20;
    std::vector<MatrixEntry> arrow;  // dense first row and column: eliminating state 0 first would fill everything
    for (std::uint32_t state = 0; state < n; ++state) {
        arrow.push_back({0, state});
        if (state > 0) arrow.push_back({state, 0});
        if (state > 0) arrow.push_back({state, state});
    }
    const LuPlan plan = plan_lu(n, arrow);
    EXPECT_EQ(plan.entries.size(), arrow.size());
    // when two states are left both orders are free of fill-in; state 0 has no other reason to go early
    EXPECT_GE(std::find(plan.pivots.begin(), plan.pivots.end(), 0U) - plan.pivots.begin(), n - 2);
}

TEST(LuPlan, has_a_diagonal_for_states_without_one) {
    const LuPlan plan = plan_lu(3, std::vector<MatrixEntry>{{0, 1}});
    EXPECT_EQ(plan.entries.size(), 4U);
    const Sparse jacobian{.n = 3, .entries = {{0, 1}}, .values = {0.5}};
    // (2 I - J) x = b: 2 x0 - 0.5 x1 = 1, 2 x1 = 4, 2 x2 = 6
    EXPECT_EQ(planned_solve(plan, jacobian, 2.0, {1.0, 4.0, 6.0}), (std::vector<double>{1.0, 2.0, 3.0}));
}

TEST(LuPlan, the_first_rows_have_no_mass) {
    const std::vector<MatrixEntry> entries{{0, 0}, {0, 1}, {1, 0}};
    const LuPlan plan = plan_lu(2, entries, 1);
    const Sparse jacobian{.n = 2, .entries = entries, .values = {-4.0, 1.0, 0.5}};
    // 4 x0 - x1 = 2, -0.5 x0 + 2 x1 = 3
    EXPECT_EQ(planned_solve(plan, jacobian, 2.0, {2.0, 3.0}),
              planned_solve(plan_lu(2, entries), Sparse{.n = 2, .entries = entries, .values = {-2.0, 1.0, 0.5}}, 2.0,
                            {2.0, 3.0}));
}

/// Of operations that wait for each other.
std::uint32_t longest_chain(const LuPlan& plan) {
    std::vector<std::uint32_t> ready(plan.pivots.size(), 0);
    for (const SolveStep& step : plan.solve) {
        const bool scales = step.kind == SolveStep::Kind::scale;
        ready[step.target] = std::max(ready[step.target], scales ? 0 : ready[step.source]) + 1;
    }
    return *std::ranges::max_element(ready);
}

TEST(LuPlan, going_backwards_a_value_waits_for_one_operation_of_the_one_before) {
    constexpr std::uint32_t n = 20;
    std::vector<MatrixEntry> chain;
    for (std::uint32_t row = 0; row + 1 < n; ++row) chain.push_back({row, row + 1});
    EXPECT_EQ(longest_chain(plan_lu(n, chain)), n);  // one scaling, n - 1 substitutions
}

TEST(LuPlan, what_is_known_first_is_substituted_first) {
    // rows 0 to 8 are a chain, and the last row reads all of them: none of its substitutions but the last waits for the chain's end
    constexpr std::uint32_t n = 10;
    std::vector<MatrixEntry> entries;
    for (std::uint32_t row = 1; row + 1 < n; ++row) entries.push_back({row, row - 1});
    for (std::uint32_t column = 0; column + 1 < n; ++column) entries.push_back({n - 1, column});
    EXPECT_EQ(longest_chain(plan_lu(n, entries)), n);  // n - 2 along the chain, one into the last row, one scaling
}

TEST(LuPlan, plans_nothing_for_no_states) {
    const LuPlan plan = plan_lu(0, {});
    EXPECT_TRUE(plan.factor.empty());
    EXPECT_TRUE(plan.solve.empty());
}

TEST(LuPlan, writes_each_factor_once_before_reading_it) {
    std::mt19937_64 random(7);
    const Sparse jacobian = random_matrix(40, 5, 0.9, random);
    const LuPlan plan = plan_lu(40, jacobian.entries);
    using Kind = FactorStep::Kind;
    std::set<std::uint32_t> begun;
    std::set<std::uint32_t> inverted;
    for (const FactorStep& step : plan.factor) {
        const bool begins = step.kind == Kind::take || step.kind == Kind::shift || step.kind == Kind::start ||
                            step.kind == Kind::fill;
        EXPECT_EQ(begun.insert(step.target).second, begins);
        EXPECT_TRUE(step.kind != Kind::scale || inverted.contains(step.left));
        EXPECT_TRUE(step.kind != Kind::invert || inverted.insert(step.target).second);
    }
    EXPECT_EQ(begun.size(), plan.entries.size());
    EXPECT_EQ(inverted.size(), 40U);
}

}  // namespace
}  // namespace kohort::codegen
