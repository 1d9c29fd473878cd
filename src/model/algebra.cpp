#include "model/algebra.hpp"

#include "base/text.hpp"
#include "model/evaluate.hpp"
#include "model/graph_copy.hpp"
#include "model/linear_form.hpp"
#include "model/matching.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>

namespace kohort::model {

namespace {

constexpr std::size_t largest_closed_block = 4;  // Cramer's rule writes n! products

class AlgebraSolver {
public:
    AlgebraSolver(Graph& graph, const std::vector<Equation>& equations, const std::vector<Unknown>& unknowns)
        : graph_(graph), equations_(equations), unknowns_(unknowns) {
        for (std::size_t unknown = 0; unknown < unknowns.size(); ++unknown)
            unknown_of_leaf_.emplace(unknowns[unknown].leaf, unknown);
    }

    SolvedAlgebra solve() {
        find_unknowns();
        match_them();
        result_.is_determined.resize(unknowns_.size());
        result_.formula.resize(unknowns_.size());
        for (const Indices& block : blocks_of(unknowns_in_, matching_)) solve_block(block);
        return std::move(result_);
    }

private:
    void find_unknowns() {
        std::set<NodeId> leaves;
        for (const Unknown& unknown : unknowns_) leaves.insert(unknown.leaf);
        LinearForms forms(graph_, leaves);
        for (const Equation& equation : equations_) {
            Indices& found = unknowns_in_.emplace_back();
            if (const auto form = forms.of(equation.residual)) {
                for (const auto& [leaf, factor] : form->factor) found.push_back(unknown_of_leaf_.at(leaf));
            } else {
                for (const NodeId id : needed_for(graph_, std::span(&equation.residual, 1))) {
                    if (const auto known = unknown_of_leaf_.find(id); known != unknown_of_leaf_.end())
                        found.push_back(known->second);
                }
            }
            std::ranges::sort(found);
        }
    }

    void match_them() {
        std::vector<int> reluctance;
        for (const Unknown& unknown : unknowns_) reluctance.push_back(unknown.reluctance);
        matching_ = match(unknowns_in_, reluctance);
        for (std::size_t equation = 0; equation < equations_.size(); ++equation) {
            if (!matching_.unknown_of[equation]) refuse_surplus(equation);
        }
        const Indices open = interchangeable(unknowns_in_, reluctance, matching_);
        if (open.empty()) return;
        const auto one_of_them = std::ranges::find_if(
            open, [&](std::size_t unknown) { return matching_.equation_of[unknown].has_value(); });
        const Equation& equation = equations_[*matching_.equation_of[*one_of_them]];
        throw InputError(equation.place, equation.title + " leaves open which of these it determines: " + titles_of(open),
                         "declare constant what does not change, or write an assignment rule");
    }

    [[noreturn]] void refuse_surplus(std::size_t equation) const {
        const Equation& surplus = equations_[equation];
        const Indices& found = unknowns_in_[equation];
        throw InputError(surplus.place,
                         surplus.title + " is one equation too many: " +
                             (found.empty() ? "everything in it is determined already"
                                            : "other equations determine " + titles_of(found)),
                         "remove it, or one of the rules, rates and constants that determine the same quantities");
    }

    [[nodiscard]] std::string titles_of(const Indices& unknowns) const {
        std::vector<std::string> titles;
        for (const std::size_t unknown : unknowns) titles.push_back(unknowns_[unknown].title);
        return join(titles, ", ");
    }

    /// The residual with what is solved put in.
    [[nodiscard]] NodeId residual_of(std::size_t equation) {
        const NodeId residual = equations_[equation].residual;
        const bool needs_some = std::ranges::any_of(
            unknowns_in_[equation], [&](std::size_t unknown) { return result_.formula[unknown].valid(); });
        if (!needs_some) return residual;
        return with_formulas(residual);
    }

    [[nodiscard]] NodeId with_formulas(NodeId root) {
        GraphCopy copy(graph_, graph_, [this](const Node& leaf) {
            const NodeId same = graph_.leaf(leaf.op, leaf.index);
            const auto found = unknown_of_leaf_.find(same);
            if (found == unknown_of_leaf_.end() || !result_.formula[found->second].valid()) return same;
            return result_.formula[found->second];
        });
        return copy(root);
    }

    void solve_block(const Indices& block) {
        std::vector<NodeId> residuals;
        Indices wanted;
        for (const std::size_t equation : block) {
            residuals.push_back(residual_of(equation));
            wanted.push_back(*matching_.unknown_of[equation]);
            result_.is_determined[wanted.back()] = true;
        }
        if (block.size() <= largest_closed_block && solve_in_closed_form(block, residuals, wanted)) return;
        if (block.size() > 1 && tear(block, residuals, wanted)) return;
        for (std::size_t row = 0; row < block.size(); ++row)
            result_.implicit.push_back({wanted[row], block[row], residuals[row]});
    }

    /// Equations of a block that give one unknown as a formula of the others, with a factor that is a number and so never 0,
    /// are put into the rest, which is smaller then. Returns whether there were any.
    [[nodiscard]] bool tear(const Indices& block, const std::vector<NodeId>& residuals, const Indices& wanted) {
        std::vector<Equation> rest;
        for (std::size_t row = 0; row < block.size(); ++row)
            rest.push_back({residuals[row], equations_[block[row]].title, equations_[block[row]].place});
        Indices equations = block;
        Indices left = wanted;
        Indices torn;
        while (tear_one(rest, equations, left, torn)) {
        }
        if (torn.empty()) return false;
        solve_rest(rest, equations, left);
        for (auto unknown = torn.rbegin(); unknown != torn.rend(); ++unknown)
            result_.formula[*unknown] = with_formulas(result_.formula[*unknown]);
        return true;
    }

    [[nodiscard]] bool tear_one(std::vector<Equation>& rest, Indices& equations, Indices& left, Indices& torn) {
        for (std::size_t row = 0; row < rest.size(); ++row) {
            for (std::size_t place = 0; place < left.size(); ++place) {
                const std::size_t unknown = left[place];
                const NodeId leaf = unknowns_[unknown].leaf;
                const auto form = LinearForms(graph_, {leaf}).of(rest[row].residual);
                if (!form || form->factor.empty() || !is_number(form->factor.begin()->second)) continue;
                const NodeId above = form->rest.valid() ? graph_.make(Op::negate, form->rest) : NodeId{};
                result_.formula[unknown] = quotient(above, form->factor.begin()->second);
                const auto erase = [](auto& list, std::size_t at) {
                    list.erase(list.begin() + static_cast<std::ptrdiff_t>(at));
                };
                erase(rest, row);
                erase(equations, row);
                erase(left, place);
                torn.push_back(unknown);
                for (Equation& equation : rest) equation.residual = with_formulas(equation.residual);
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] bool is_number(NodeId id) const {
        return graph_[id].op == Op::constant && graph_[id].value != 0.0 && std::isfinite(graph_[id].value);
    }

    /// The unknowns of a torn block that are left.
    void solve_rest(const std::vector<Equation>& rest, const Indices& equations, const Indices& left) {
        std::vector<Unknown> unknowns;
        for (const std::size_t unknown : left) unknowns.push_back(unknowns_[unknown]);
        const SolvedAlgebra solved = AlgebraSolver(graph_, rest, unknowns).solve();
        for (std::size_t place = 0; place < left.size(); ++place) result_.formula[left[place]] = solved.formula[place];
        for (const ImplicitUnknown& implicit : solved.implicit)
            result_.implicit.push_back({left[implicit.unknown], equations[implicit.equation], implicit.residual});
    }

    [[nodiscard]] bool solve_in_closed_form(const Indices& block, const std::vector<NodeId>& residuals,
                                            const Indices& wanted) {
        std::set<NodeId> leaves;
        for (const std::size_t unknown : wanted) leaves.insert(unknowns_[unknown].leaf);
        LinearForms forms(graph_, leaves);
        std::vector<LinearForm> rows;
        for (const NodeId residual : residuals) {
            const auto form = forms.of(residual);
            if (!form) return false;
            rows.push_back(*form);
        }
        std::vector<NodeId> columns;
        for (const std::size_t unknown : wanted) columns.push_back(unknowns_[unknown].leaf);
        const NodeId whole = determinant(rows, columns, NodeId{});
        if (!whole.valid() || graph_.is_constant(whole, 0.0)) {
            const Equation& first = equations_[block.front()];
            throw InputError(first.place, first.title + " does not determine " + titles_of(wanted),
                             "its equations contradict or repeat one another");
        }
        for (std::size_t column = 0; column < wanted.size(); ++column)
            result_.formula[wanted[column]] = quotient(determinant(rows, columns, columns[column]), whole);
        return true;
    }

    /// Of the factors, with -rest in the column of `replaced`; invalid for 0.
    [[nodiscard]] NodeId determinant(std::span<const LinearForm> rows, const std::vector<NodeId>& columns, NodeId replaced) {
        if (rows.empty()) return graph_.constant(1.0);
        NodeId sum;
        bool even = true;
        for (std::size_t place = 0; place < columns.size(); ++place, even = !even) {
            const NodeId entry = entry_of(rows.front(), columns[place], replaced);
            if (!entry.valid()) continue;
            std::vector<NodeId> others = columns;
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(place));
            const NodeId minor = determinant(rows.subspan(1), others, replaced);
            if (!minor.valid()) continue;
            const NodeId term = graph_.make(Op::multiply, entry, minor);
            if (sum.valid()) {
                sum = graph_.make(even ? Op::add : Op::subtract, sum, term);
            } else {
                sum = even ? term : graph_.make(Op::negate, term);
            }
        }
        return sum;
    }

    [[nodiscard]] NodeId entry_of(const LinearForm& row, NodeId column, NodeId replaced) {
        if (column == replaced) return row.rest.valid() ? graph_.make(Op::negate, row.rest) : NodeId{};
        const auto found = row.factor.find(column);
        return found == row.factor.end() ? NodeId{} : found->second;
    }

    [[nodiscard]] NodeId quotient(NodeId numerator, NodeId denominator) {
        if (!numerator.valid()) return graph_.constant(0.0);
        if (graph_.is_constant(denominator, -1.0)) return graph_.make(Op::negate, numerator);
        return graph_.make(Op::divide, numerator, denominator);
    }

    Graph& graph_;
    const std::vector<Equation>& equations_;
    const std::vector<Unknown>& unknowns_;
    std::map<NodeId, std::size_t> unknown_of_leaf_;
    std::vector<Indices> unknowns_in_;  // (n_equations)
    Matching matching_;
    SolvedAlgebra result_;
};

}  // namespace

SolvedAlgebra solve_algebra(Graph& graph, const std::vector<Equation>& equations, const std::vector<Unknown>& unknowns) {
    return AlgebraSolver(graph, equations, unknowns).solve();
}

}  // namespace kohort::model
