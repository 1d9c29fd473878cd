#include "model/moieties.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace kohort::model {

namespace {

constexpr double rounding = 1e-9;  // of the search, in which the largest coefficient of a flux is 1
constexpr double exactly = 1e-14;  // of what is found, beside the terms that cancel: however small these are
constexpr int largest_denominator = 12;
constexpr std::size_t most_entries = 4'000'000;  // of the matrix
constexpr int deepest = 10'000;                  // sums within sums: deeper ones are one flux

/// A product of powers of nodes, without its number: k * A / V is k^1 A^1 V^-1.
using Flux = std::map<NodeId, int>;
using Fluxes = std::map<Flux, double>;

class Decomposer {
public:
    explicit Decomposer(const Graph& graph) : graph_(graph) {}

    Fluxes of(NodeId rate) {
        terms_.clear();
        take(rate, {}, 1.0, 0);
        Fluxes result;
        for (const auto& [flux, term] : terms_) {
            if (!(std::abs(term.sum) <= exactly * term.size)) result.emplace(flux, term.sum);
        }
        return result;
    }

private:
    [[nodiscard]] bool is_number(NodeId id) const { return graph_[id].op == Op::constant; }

    /// factor times divided times the node: sums are taken apart, products become fluxes.
    void take(NodeId id, Flux divided, double factor, int depth) {
        const Node& node = graph_[id];
        const auto [a, b, c] = node.arguments;
        if (depth < deepest && (node.op == Op::add || node.op == Op::subtract)) {
            take(a, divided, factor, depth + 1);
            take(b, std::move(divided), node.op == Op::add ? factor : -factor, depth + 1);
        } else if (node.op == Op::negate) {
            take(a, std::move(divided), -factor, depth + 1);
        } else if (node.op == Op::multiply && is_number(a)) {
            take(b, std::move(divided), factor * graph_[a].value, depth + 1);
        } else if (node.op == Op::multiply && is_number(b)) {
            take(a, std::move(divided), factor * graph_[b].value, depth + 1);
        } else if (node.op == Op::divide) {
            multiply(b, -1, divided, factor);
            take(a, std::move(divided), factor, depth + 1);
        } else {
            multiply(id, 1, divided, factor);
            if (factor == 0.0) return;
            std::erase_if(divided, [](const auto& entry) { return entry.second == 0; });
            Term& term = terms_[divided];
            term.sum += factor;
            term.size += std::abs(factor);
        }
    }

    void multiply(NodeId id, int power, Flux& flux, double& factor) const {
        const Node& node = graph_[id];
        if (node.op == Op::constant) {
            factor *= power > 0 ? node.value : 1.0 / node.value;
        } else if (node.op == Op::negate) {
            factor = -factor;
            multiply(node.arguments[0], power, flux, factor);
        } else if (node.op == Op::multiply || node.op == Op::divide) {
            multiply(node.arguments[0], power, flux, factor);
            multiply(node.arguments[1], node.op == Op::multiply ? power : -power, flux, factor);
        } else {
            flux[id] += power;
        }
    }

    struct Term {
        double sum = 0.0;
        double size = 0.0;  // the sum without signs
    };

    const Graph& graph_;
    std::map<Flux, Term> terms_;
};

/// Rows are fluxes, columns are states. Reduced to echelon form; pivot_row[state] is its row, or none.
class Matrix {
public:
    Matrix(std::size_t rows, std::size_t columns) : columns_(columns), values_(rows * columns) {}
    double& operator()(std::size_t row, std::size_t column) { return values_[row * columns_ + column]; }
    [[nodiscard]] double operator()(std::size_t row, std::size_t column) const {
        return values_[row * columns_ + column];
    }
    [[nodiscard]] std::size_t rows() const { return columns_ == 0 ? 0 : values_.size() / columns_; }

    /// Makes the largest entry of each row 1: what is conserved does not depend on the unit of a flux.
    void scale_rows() {
        for (std::size_t row = 0; row < rows(); ++row) {
            double largest = 0.0;
            for (std::size_t column = 0; column < columns_; ++column)
                largest = std::max(largest, std::abs((*this)(row, column)));
            for (std::size_t column = 0; column < columns_; ++column) (*this)(row, column) /= largest;
        }
    }

    std::vector<std::ptrdiff_t> reduce() {
        const std::size_t rows = this->rows();
        std::vector<std::ptrdiff_t> pivot_row(columns_, -1);
        std::size_t next = 0;
        for (std::size_t column = 0; column < columns_ && next < rows; ++column) {
            std::size_t best = next;
            for (std::size_t row = next; row < rows; ++row) {
                if (std::abs((*this)(row, column)) > std::abs((*this)(best, column))) best = row;
            }
            if (std::abs((*this)(best, column)) < rounding) continue;
            for (std::size_t place = 0; place < columns_; ++place)
                std::swap((*this)(best, place), (*this)(next, place));
            clear(next, column, rows);
            pivot_row[column] = static_cast<std::ptrdiff_t>(next++);
        }
        return pivot_row;
    }

private:
    void clear(std::size_t pivot, std::size_t column, std::size_t rows) {
        const double scale = (*this)(pivot, column);
        for (std::size_t place = column; place < columns_; ++place) (*this)(pivot, place) /= scale;
        for (std::size_t row = 0; row < rows; ++row) {
            const double factor = (*this)(row, column);
            if (row == pivot || factor == 0.0) continue;
            for (std::size_t place = column; place < columns_; ++place)
                (*this)(row, place) -= factor * (*this)(pivot, place);
        }
    }

    std::size_t columns_;
    std::vector<double> values_;
};

/// The fraction that is meant, where the search has rounded one.
double nearest_fraction(double value) {
    for (int denominator = 1; denominator <= largest_denominator; ++denominator) {
        const double numerator = std::round(value * denominator);
        if (numerator != 0.0 && std::abs(value * denominator - numerator) < rounding) return numerator / denominator;
    }
    return value;
}

/// Whether the fluxes of (column, coefficient) cancel to rounding.
bool is_conserved(const Matrix& matrix, const std::vector<std::pair<std::size_t, double>>& sum) {
    for (std::size_t row = 0; row < matrix.rows(); ++row) {
        double total = 0.0;
        double size = 0.0;
        for (const auto& [column, coefficient] : sum) {
            total += coefficient * matrix(row, column);
            size += std::abs(coefficient * matrix(row, column));
        }
        if (!(std::abs(total) <= exactly * size)) return false;  // not a number counts as lost
    }
    return true;
}

}  // namespace

Conservation find_conservation(const Model& model, std::span<const std::uint32_t> order) {
    Conservation result;
    Decomposer decomposer(model.graph);
    std::vector<std::uint32_t> moving;
    std::vector<Fluxes> fluxes;
    std::map<Flux, std::size_t> row_of;
    for (const std::uint32_t state : order) {
        Fluxes rate = decomposer.of(model.states[state].rate);
        if (rate.empty()) {
            result.at_rest.push_back(state);
            continue;
        }
        for (const auto& [flux, factor] : rate) row_of.emplace(flux, row_of.size());
        moving.push_back(state);
        fluxes.push_back(std::move(rate));
    }
    if (row_of.size() * moving.size() > most_entries) return result;
    Matrix matrix(row_of.size(), moving.size());
    for (std::size_t column = 0; column < moving.size(); ++column) {
        for (const auto& [flux, factor] : fluxes[column]) matrix(row_of.at(flux), column) = factor;
    }
    const Matrix fluxes_of_states = matrix;
    matrix.scale_rows();
    const std::vector<std::ptrdiff_t> pivot_row = matrix.reduce();
    for (std::size_t free = 0; free < moving.size(); ++free) {
        if (pivot_row[free] >= 0) continue;
        std::vector<std::pair<std::size_t, double>> found;
        for (std::size_t column = 0; column < free; ++column) {
            if (pivot_row[column] < 0) continue;
            const double coefficient = -matrix(static_cast<std::size_t>(pivot_row[column]), free);
            if (std::abs(coefficient) > rounding) found.emplace_back(column, coefficient);
        }
        found.emplace_back(free, 1.0);
        auto sum = found;
        for (auto& [column, coefficient] : sum) coefficient = nearest_fraction(coefficient);
        if (!is_conserved(fluxes_of_states, sum)) sum = found;
        if (!is_conserved(fluxes_of_states, sum)) continue;
        Moiety& moiety = result.moieties.emplace_back();
        for (const auto& [column, coefficient] : sum) moiety.push_back({moving[column], coefficient});
    }
    return result;
}

Conservation find_conservation(const Model& model) {
    std::vector<std::uint32_t> order(model.states.size());
    std::iota(order.begin(), order.end(), 0U);
    return find_conservation(model, order);
}

}  // namespace kohort::model
