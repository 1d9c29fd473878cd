#include "uncertainty/chaos_analysis.hpp"

#include "base/errors.hpp"
#include "kernels/share_out.hpp"
#include "uncertainty/intervals.hpp"
#include "uncertainty/triple.hpp"
#include "uncertainty/wide_integer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace kohort::uncertainty {

namespace {

constexpr double term_scale = 0x1p18;
constexpr double largest_term = 0x1p13;  // as kept: a term is above it nowhere but far in the tail of a normal input

}  // namespace

ChaosAnalysis::ChaosAnalysis(const SampleDesign& design, PolynomialBasis basis, const Cells& cells,
                             std::span<const QuantityRange> ranges, CellStatistics statistics, ChaosOptions options)
    : design_(design),
      basis_(std::move(basis)),
      cells_(cells),
      grids_(grids_of(cells, ranges)),
      statistics_(std::move(statistics)),
      options_(std::move(options)) {
    KOHORT_CHECK(design.replicates() >= 2);
    sums_.resize(at(design.replicates(), Part::runs));
}

std::size_t ChaosAnalysis::at(int replicate, Part part) const {
    const std::size_t terms = basis_.size();
    const auto cells = static_cast<std::size_t>(cells_.count());
    const std::array<std::size_t, 6> begin{0,
                                           1,
                                           1 + terms * (terms + 1),
                                           1 + terms * (terms + 1 + 2 * cells),
                                           1 + terms * (terms + 1 + 2 * cells) + 2 * cells,
                                           1 + terms * (terms + 1 + 2 * cells) + 3 * cells};
    return static_cast<std::size_t>(replicate) * begin.back() + begin[static_cast<std::size_t>(part)];
}

std::vector<std::int64_t> ChaosAnalysis::terms_of(std::int64_t block) const {
    std::vector<double> coordinates(static_cast<std::size_t>(design_.inputs()));
    std::vector<double> of_row(basis_.size());
    std::vector<std::int64_t> terms;
    for (int row = 0; row < design_.block_rows(); ++row) {
        design_.fill(block, row, coordinates);
        basis_.evaluate(coordinates, of_row);
        for (const double term : of_row)
            terms.push_back(
                static_cast<std::int64_t>(std::nearbyint(std::clamp(term, -largest_term, largest_term) * term_scale)));
    }
    return terms;
}

void ChaosAnalysis::add_gram(int replicate, const std::int64_t* terms) {
    std::int64_t* gram = sums_.data() + at(replicate, Part::gram);
    for (std::size_t column = 0; column < basis_.size(); ++column) {
        for (std::size_t line = 0; line <= column; ++line, gram += 2)
            add_split(gram[0], gram[1], terms[line] * terms[column]);
    }
}

void ChaosAnalysis::add(std::int64_t block, const BlockValues& values) {
    const int replicate = design_.replicate_of(block);
    const std::size_t n_terms = basis_.size();
    const auto rows = static_cast<std::size_t>(values.rows());
    const std::vector<std::int64_t> terms = terms_of(block);
    std::vector<double> failed(rows);
    values.read(cells_.failure(), failed);
    for (std::size_t row = 0; row < rows; ++row) {
        if (failed[row] != 0) continue;
        ++sums_[at(replicate, Part::runs)];
        add_gram(replicate, terms.data() + row * n_terms);
    }
    kernels::share_out({}, "uncertainty::add_products", cells_.count(), [&](int first, int last) {
        std::vector<double> of_cell(rows);
        for (int cell = first; cell < last; ++cell) {
            const auto place = static_cast<std::size_t>(cell);
            values.read(cell, of_cell);
            statistics_.add(cell, of_cell);
            std::int64_t* const squares = sums_.data() + at(replicate, Part::squares) + 2 * place;
            std::int64_t* const products = sums_.data() + at(replicate, Part::products) + 2 * place * n_terms;
            for (std::size_t row = 0; row < rows; ++row) {
                if (failed[row] != 0) continue;
                if (!grids_[place].contains(of_cell[row])) {
                    ++sums_[at(replicate, Part::missing) + place];
                    continue;
                }
                const std::int64_t steps = grids_[place].steps(of_cell[row]);
                add_split(squares[0], squares[1], steps * steps);
                const std::int64_t* const of_row = terms.data() + row * n_terms;
                for (std::size_t term = 0; term < n_terms; ++term)
                    add_split(products[2 * term], products[2 * term + 1], of_row[term] * steps);
            }
        }
    });
}

std::vector<StatePiece> ChaosAnalysis::pieces() {
    std::vector<StatePiece> pieces = statistics_.pieces();
    pieces.push_back({std::span(sums_)});
    return pieces;
}

ChaosAnalysis::Equations ChaosAnalysis::equations_of(int replicate) const {
    const auto terms = static_cast<Eigen::Index>(basis_.size());
    const auto cells = static_cast<Eigen::Index>(cells_.count());
    Equations equations{Eigen::MatrixXd(terms, terms), Eigen::MatrixXd(terms, cells), Eigen::VectorXd(cells), 0};
    const auto number = [](const std::int64_t* limbs) { return static_cast<double>(joined(limbs[0], limbs[1])); };
    const std::int64_t* limbs = sums_.data() + at(replicate, Part::gram);
    for (Eigen::Index column = 0; column < terms; ++column) {
        for (Eigen::Index line = 0; line <= column; ++line, limbs += 2)
            equations.gram(line, column) = equations.gram(column, line) = number(limbs) / (term_scale * term_scale);
    }
    limbs = sums_.data() + at(replicate, Part::products);
    for (Eigen::Index cell = 0; cell < cells; ++cell) {
        for (Eigen::Index term = 0; term < terms; ++term, limbs += 2)
            equations.products(term, cell) = number(limbs) / term_scale;
    }
    limbs = sums_.data() + at(replicate, Part::squares);
    for (Eigen::Index cell = 0; cell < cells; ++cell, limbs += 2) equations.squares(cell) = number(limbs);
    equations.runs = static_cast<double>(sums_[at(replicate, Part::runs)]);
    return equations;
}

ChaosAnalysis::Shares ChaosAnalysis::shares_of(const Eigen::VectorXd& coefficients) const {
    const std::size_t n_groups = options_.groups.size();
    Shares shares{std::vector<double>(n_groups, 0.0), std::vector<double>(n_groups, 0.0)};
    double all = 0;
    std::vector<char> takes_part(n_groups);
    for (std::size_t term = 1; term < basis_.size(); ++term) {
        const double square = coefficients(static_cast<Eigen::Index>(term)) * coefficients(static_cast<Eigen::Index>(term));
        std::fill(takes_part.begin(), takes_part.end(), 0);
        for (std::size_t input = 0; input < options_.group_of.size(); ++input) {
            if (basis_.exponents(term)[input] > 0) takes_part[static_cast<std::size_t>(options_.group_of[input])] = 1;
        }
        const bool alone = std::count(takes_part.begin(), takes_part.end(), 1) == 1;
        for (std::size_t group = 0; group < n_groups; ++group) {
            if (takes_part[group] == 0) continue;
            shares.total[group] += square;
            if (alone) shares.first[group] += square;
        }
        all += square;
    }
    for (std::vector<double>* list : {&shares.first, &shares.total}) {
        for (double& share : *list) share /= all;
    }
    return shares;
}

void ChaosAnalysis::report(Findings& findings) const {
    statistics_.report(findings);
    findings.topic = "chaos";
    findings.columns = {{"total", "total", "total_low", "total_high"}, {"first", "first", "first_low", "first_high"}};
    const int replicates = design_.replicates();
    const auto n_cells = static_cast<std::size_t>(cells_.count());
    const auto n_terms = static_cast<Eigen::Index>(basis_.size());

    std::vector<Equations> of_replicate;
    Equations all{Eigen::MatrixXd::Zero(n_terms, n_terms), Eigen::MatrixXd::Zero(n_terms, cells_.count()),
                  Eigen::VectorXd::Zero(cells_.count()), 0};
    for (int replicate = 0; replicate < replicates; ++replicate) {
        of_replicate.push_back(equations_of(replicate));
        all.gram += of_replicate.back().gram;
        all.products += of_replicate.back().products;
        all.squares += of_replicate.back().squares;
        all.runs += of_replicate.back().runs;
    }
    // coefficients of every cell: from all replicates, then from all but one; and the error on that one, of each degree
    const auto fit = [&](const Eigen::MatrixXd& gram, const Eigen::MatrixXd& products, Eigen::Index terms) {
        Eigen::MatrixXd coefficients = Eigen::MatrixXd::Zero(n_terms, products.cols());
        coefficients.topRows(terms) = gram.topLeftCorner(terms, terms).llt().solve(products.topRows(terms));
        return coefficients;
    };
    const auto n_degrees = static_cast<std::size_t>(basis_.degree());
    std::vector<std::vector<Eigen::MatrixXd>> fits(n_degrees);  // (degrees) (all, without each)
    std::vector<Eigen::VectorXd> errors(n_degrees, Eigen::VectorXd::Zero(cells_.count()));
    for (std::size_t degree = 0; degree < n_degrees; ++degree) {
        const auto terms = static_cast<Eigen::Index>(basis_.size_of_degree(static_cast<int>(degree) + 1));
        fits[degree].push_back(fit(all.gram, all.products, terms));
        for (const Equations& left_out : of_replicate) {
            const Eigen::MatrixXd c = fit(all.gram - left_out.gram, all.products - left_out.products, terms);
            errors[degree] += left_out.squares - 2 * c.cwiseProduct(left_out.products).colwise().sum().transpose() +
                              c.cwiseProduct(left_out.gram * c).colwise().sum().transpose();
            fits[degree].push_back(c);
        }
    }

    const Jackknife jackknife(replicates, options_.level);
    const int cells = cells_.count();
    const Axis groups{.name = "parameter", .labels = options_.groups, .values = {}, .unit = {}};
    Axis terms{.name = "term", .labels = {}, .values = {}, .unit = "1"};
    for (Eigen::Index term = 0; term < n_terms; ++term) terms.values.push_back(static_cast<double>(term));
    Triple first("chaos", "first", "share of the variance that the parameter explains alone", {groups}, cells);
    Triple total("chaos", "total", "share of the variance that the parameter takes part in", {groups}, cells);
    Field error = empty_field("chaos", "prediction_error",
                              "share of the variance that the polynomial misses, on runs that it was not fitted to", {},
                              cells);
    Field degree_field = empty_field("chaos", "degree", "degree of the polynomial", {}, cells);
    Field coefficient = empty_field("chaos", "coefficient", "of the orthonormal polynomial; terms are in group basis",
                                    {terms}, cells);
    coefficient.unit = FieldUnit::of_cell;
    degree_field.whole = true;
    for (std::size_t cell = 0; cell < n_cells; ++cell) {
        const double step = grids_[cell].step();
        const double variance = statistics_.moments(static_cast<int>(cell)).variance / (step * step);  // [steps^2]
        bool whole = std::sqrt(variance) >= least_resolved_steps;
        for (int replicate = 0; replicate < replicates; ++replicate)
            whole = whole && sums_[at(replicate, Part::missing) + cell] == 0;
        if (!whole) continue;
        const auto at_cell = static_cast<Eigen::Index>(cell);
        std::size_t best = 0;
        for (std::size_t degree = 1; degree < n_degrees; ++degree) {
            if (errors[degree](at_cell) < errors[best](at_cell)) best = degree;
        }
        error.values[cell] = errors[best](at_cell) / (all.runs * variance);
        degree_field.values[cell] = static_cast<double>(best + 1);
        std::vector<Shares> shares;
        for (const Eigen::MatrixXd& fitted : fits[best]) shares.push_back(shares_of(fitted.col(at_cell)));
        for (std::size_t group = 0; group < options_.groups.size(); ++group) {
            const auto of = [&](int without) -> const Shares& { return shares[static_cast<std::size_t>(without + 1)]; };
            first.set(group * n_cells + cell, jackknife([&](int without) { return of(without).first[group]; }));
            total.set(group * n_cells + cell, jackknife([&](int without) { return of(without).total[group]; }));
        }
        const double origin = grids_[cell].value(0.0);  // what zero steps mean
        for (Eigen::Index term = 0; term < n_terms; ++term) {
            const double value = fits[best].front()(term, at_cell) * step + (term == 0 ? origin : 0.0);
            coefficient.values[static_cast<std::size_t>(term) * n_cells + cell] = value;
        }
    }
    first.move_to(findings);
    total.move_to(findings);
    for (Field* field : {&error, &degree_field, &coefficient}) findings.fields.push_back(std::move(*field));

    Axis inputs{.name = "input", .labels = options_.inputs, .values = {}, .unit = {}};
    Field exponents = empty_field("basis", "exponent", "degree of the input in the term", {terms, inputs}, 1);
    Field germs = empty_field(
        "basis", "germ",
        "0: Legendre, of 2 p - 1; 1: Hermite, of the standard normal score of p; p the input's probability", {inputs}, 1);
    exponents.whole = germs.whole = true;
    for (std::size_t term = 0; term < basis_.size(); ++term) {
        for (std::size_t input = 0; input < options_.inputs.size(); ++input)
            exponents.values[term * options_.inputs.size() + input] = basis_.exponents(term)[input];
    }
    for (int input = 0; input < basis_.inputs(); ++input)
        germs.values[static_cast<std::size_t>(input)] = basis_.germ(input) == Germ::uniform ? 0 : 1;
    findings.fields.push_back(std::move(exponents));
    findings.fields.push_back(std::move(germs));
}

}  // namespace kohort::uncertainty
