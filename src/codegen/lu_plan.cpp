#include "codegen/lu_plan.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace kohort::codegen {
namespace {

using Pattern = std::vector<std::set<std::uint32_t>>;  // (n) columns of each row, or rows of each column

/// The pattern while it fills in, by rows and by columns.
struct Filling {
    Pattern columns_of_row;
    Pattern rows_of_column;

    Filling(std::uint32_t n, std::span<const MatrixEntry> entries) : columns_of_row(n), rows_of_column(n) {
        for (std::uint32_t state = 0; state < n; ++state) add(state, state);
        for (const MatrixEntry entry : entries) add(entry.row, entry.column);
    }

    void add(std::uint32_t row, std::uint32_t column) {
        columns_of_row[row].insert(column);
        rows_of_column[column].insert(row);
    }

    /// Fills in what eliminating pivot creates, and takes pivot out of what is left.
    void eliminate(std::uint32_t pivot) {
        for (const std::uint32_t row : rows_of_column[pivot]) columns_of_row[row].erase(pivot);
        for (const std::uint32_t column : columns_of_row[pivot]) rows_of_column[column].erase(pivot);
        rows_of_column[pivot].erase(pivot);
        for (const std::uint32_t row : rows_of_column[pivot]) {
            for (const std::uint32_t column : columns_of_row[pivot]) add(row, column);
        }
    }
};

/// The rows of L + U in the order of pivots. A row's columns are sorted by when they are eliminated.
struct Factors {
    std::vector<std::uint32_t> pivots;
    std::vector<std::uint32_t> rank;                               // (n) when a state is eliminated
    std::vector<std::uint32_t> level;                              // (n) how many pivots wait for each other before it
    std::vector<std::vector<std::uint32_t>> columns;               // (n) by row
    std::vector<std::map<std::uint32_t, std::uint32_t>> position;  // (n) row -> column -> place among the factors
};

std::uint64_t markowitz_count(const Filling& filling, std::uint32_t state) {
    return std::uint64_t{filling.columns_of_row[state].size() - 1} * (filling.rows_of_column[state].size() - 1);
}

Factors factorise(std::uint32_t n, std::span<const MatrixEntry> jacobian, std::uint32_t n_dependent) {
    Filling filling(n, jacobian);
    Factors factors;
    factors.rank.resize(n);
    factors.level.resize(n);
    factors.columns.resize(n);
    factors.position.resize(n);
    std::set<std::uint32_t> left;
    for (std::uint32_t state = n_dependent; state < n; ++state) left.insert(state);
    while (!left.empty()) {
        const auto cost = [&](std::uint32_t state) {
            return std::pair(markowitz_count(filling, state), factors.level[state]);
        };
        const std::uint32_t pivot = *std::min_element(left.begin(), left.end(),
                                                      [&](auto a, auto b) { return cost(a) < cost(b); });
        left.erase(pivot);
        factors.rank[pivot] = static_cast<std::uint32_t>(factors.pivots.size());
        factors.pivots.push_back(pivot);
        filling.eliminate(pivot);
        factors.columns[pivot].push_back(pivot);
        for (const std::uint32_t column : filling.columns_of_row[pivot]) factors.columns[pivot].push_back(column);
        for (const std::uint32_t row : filling.rows_of_column[pivot]) {
            factors.columns[row].push_back(pivot);
            factors.level[row] = std::max(factors.level[row], factors.level[pivot] + 1);
        }
    }
    return factors;
}

class Planner {
public:
    Planner(std::uint32_t n, std::span<const MatrixEntry> jacobian, std::uint32_t n_massless, std::uint32_t n_dependent)
        : factors_(factorise(n, jacobian, n_dependent)), jacobian_(jacobian), n_massless_(n_massless), jacobian_at_(n) {
        for (std::uint32_t entry = 0; entry < jacobian.size(); ++entry) {
            jacobian_at_[jacobian[entry].row][jacobian[entry].column] = entry;
        }
    }

    LuPlan plan() {
        number_entries();
        for (const std::uint32_t row : factors_.pivots) factor_row(row);
        plan_solve();
        plan_.pivots = factors_.pivots;
        plan_.jacobian.assign(jacobian_.begin(), jacobian_.end());
        return std::move(plan_);
    }

private:
    [[nodiscard]] std::uint32_t at(std::uint32_t row, std::uint32_t column) const {
        return factors_.position[row].at(column);
    }
    [[nodiscard]] bool before(std::uint32_t state, std::uint32_t other) const {
        return factors_.rank[state] < factors_.rank[other];
    }

    void number_entries() {
        for (const std::uint32_t row : factors_.pivots) {
            auto& columns = factors_.columns[row];
            std::sort(columns.begin(), columns.end(), [&](auto a, auto b) { return before(a, b); });
            for (const std::uint32_t column : columns) {
                factors_.position[row][column] = static_cast<std::uint32_t>(plan_.entries.size());
                plan_.entries.push_back({row, column});
            }
        }
    }

    /// Row by row, so that the row being worked on can stay in registers.
    void factor_row(std::uint32_t row) {
        using Kind = FactorStep::Kind;
        std::set<std::uint32_t> filled;
        for (const std::uint32_t column : factors_.columns[row]) {
            const auto entry = jacobian_at_[row].find(column);
            const bool has_entry = entry != jacobian_at_[row].end();
            if (has_entry) {
                const bool shifted = row == column && row >= n_massless_;
                plan_.factor.push_back({shifted ? Kind::shift : Kind::take, at(row, column), entry->second, 0});
            } else if (row == column) {
                KOHORT_CHECK(row >= n_massless_);  // an algebraic equation contains its own unknown
                plan_.factor.push_back({Kind::start, at(row, column), 0, 0});
            }
            if (has_entry || row == column) filled.insert(column);
        }
        for (const std::uint32_t pivot : factors_.columns[row]) {
            if (!before(pivot, row)) break;
            for (const std::uint32_t column : factors_.columns[pivot]) {
                if (!before(pivot, column)) continue;
                const Kind kind = filled.insert(column).second ? Kind::fill : Kind::eliminate;
                plan_.factor.push_back({kind, at(row, column), at(row, pivot), at(pivot, column)});
            }
            plan_.factor.push_back({Kind::scale, at(row, pivot), at(pivot, pivot), 0});
        }
        plan_.factor.push_back({Kind::invert, at(row, row), 0, 0});
        for (const std::uint32_t column : factors_.columns[row]) {
            if (before(row, column)) plan_.factor.push_back({Kind::scale, at(row, column), at(row, row), 0});
        }
    }

    void plan_solve() {
        std::vector<std::uint32_t> ready(factors_.rank.size(), 0);  // (n) after how many operations a value is known
        for (const std::uint32_t row : factors_.pivots) {
            substitute(row, ready, [&](std::uint32_t column) { return before(column, row); });
        }
        for (auto row = factors_.pivots.rbegin(); row != factors_.pivots.rend(); ++row) {
            plan_.solve.push_back({SolveStep::Kind::scale, *row, at(*row, *row), 0});
            ++ready[*row];
            substitute(*row, ready, [&](std::uint32_t column) { return before(*row, column); });
        }
    }

    /// What is known first goes first, so that no value waits for another longer than it must.
    template <class Chosen>
    void substitute(std::uint32_t row, std::vector<std::uint32_t>& ready, Chosen chosen) {
        std::vector<std::uint32_t> columns;
        std::ranges::copy_if(factors_.columns[row], std::back_inserter(columns), chosen);
        std::ranges::stable_sort(columns, {}, [&](std::uint32_t column) { return ready[column]; });
        for (const std::uint32_t column : columns) {
            plan_.solve.push_back({SolveStep::Kind::substitute, row, at(row, column), column});
            ready[row] = std::max(ready[row], ready[column]) + 1;
        }
    }

    Factors factors_;
    std::span<const MatrixEntry> jacobian_;
    std::uint32_t n_massless_;
    std::vector<std::map<std::uint32_t, std::uint32_t>> jacobian_at_;  // (n) row -> column -> entry
    LuPlan plan_;
};

}  // namespace

LuPlan plan_lu(std::uint32_t n_states, std::span<const MatrixEntry> jacobian, std::uint32_t n_massless,
               std::uint32_t n_dependent) {
    return Planner(n_states, jacobian, n_massless, n_dependent).plan();
}

}  // namespace kohort::codegen
