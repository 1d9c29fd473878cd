#include "uncertainty/chaos_analysis.hpp"

#include "base/errors.hpp"
#include "kernels/share_out.hpp"
#include "uncertainty/for_each_cell.hpp"
#include "uncertainty/integer_lanes.hpp"
#include "uncertainty/triple.hpp"
#include "uncertainty/wide_integer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace kohort::uncertainty {

namespace {

constexpr double term_scale = 0x1p18;
constexpr double largest_term = 0x1p13 - 1 / term_scale;  // as kept in 32 bits: above it far in a normal input's tail only

double number_of(const std::int64_t* limbs) { return static_cast<double>(joined(limbs[0], limbs[1])); }

}  // namespace

ChaosAnalysis::ChaosAnalysis(const SampleDesign& design, PolynomialBasis basis, const Cells& cells,
                             std::span<const QuantityRange> ranges, CellStatistics statistics, ChaosOptions options)
    : design_(design),
      basis_(std::move(basis)),
      cells_(cells),
      grids_(grids_of(cells, ranges)),
      statistics_(std::move(statistics)),
      options_(std::move(options)),
      jackknife_(design.replicates(), options_.level) {
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

std::vector<std::int32_t> ChaosAnalysis::terms_of(std::int64_t block) const {
    std::vector<double> coordinates(static_cast<std::size_t>(design_.inputs()));
    std::vector<double> of_row(basis_.size());
    std::vector<std::int32_t> terms(static_cast<std::size_t>(design_.block_rows()) * row_length());
    for (int row = 0; row < design_.block_rows(); ++row) {
        design_.fill(block, row, coordinates);
        basis_.evaluate(coordinates, of_row);
        std::int32_t* const kept = terms.data() + static_cast<std::size_t>(row) * row_length();
        for (std::size_t term = 0; term < of_row.size(); ++term)
            kept[term] = static_cast<std::int32_t>(
                std::nearbyint(std::clamp(of_row[term], -largest_term, largest_term) * term_scale));
    }
    return terms;
}

std::size_t ChaosAnalysis::row_length() const {
    return (basis_.size() + integer_lanes - 1) / integer_lanes * integer_lanes;
}

void ChaosAnalysis::add_gram(int replicate, const std::int32_t* terms) {
    std::int64_t* gram = sums_.data() + at(replicate, Part::gram);
    for (std::size_t column = 0; column < basis_.size(); ++column) {
        for (std::size_t line = 0; line <= column; ++line, gram += 2)
            add_split(gram[0], gram[1], std::int64_t{terms[line]} * terms[column]);
    }
}

/// Eight terms side by side, and four runs before a sum is split: four products of 31 and 29 bits stay below 2^63.
void ChaosAnalysis::add_products(std::int64_t* products, std::span<const std::int32_t> terms,
                                 std::span<const std::int32_t> steps) const {
    constexpr std::size_t together = 4;
    static_assert(SampleDesign::rows_of_block % together == 0);
    for (std::size_t first = 0; first < basis_.size(); first += integer_lanes) {
        Integers8 high{};
        Integers8 low{};
        const std::int32_t* of_row = terms.data() + first;
        for (std::size_t row = 0; row < steps.size(); row += together) {
            Integers8 sum{};
            for (std::size_t next = row; next < row + together; ++next, of_row += row_length())
                sum += short_product(widened(of_row), Integers8{} + steps[next]);
            high += sum >> 32;
            low += sum & 0xffffffff;
        }
        const std::size_t n = std::min(basis_.size() - first, std::size_t{integer_lanes});
        for (std::size_t lane = 0; lane < n; ++lane) {
            products[2 * (first + lane)] += high[lane];
            products[2 * (first + lane) + 1] += low[lane];
        }
    }
}

void ChaosAnalysis::add(std::int64_t block, const BlockValues& values) {
    const int replicate = design_.replicate_of(block);
    const auto rows = static_cast<std::size_t>(values.rows());
    KOHORT_CHECK(values.rows() == design_.block_rows());
    const std::vector<std::int32_t> terms = terms_of(block);
    std::vector<double> failed(rows);
    values.read(cells_.failure(), failed);
    for (std::size_t row = 0; row < rows; ++row) {
        if (failed[row] != 0) continue;
        ++sums_[at(replicate, Part::runs)];
        add_gram(replicate, terms.data() + row * row_length());
    }
    kernels::share_out({}, "uncertainty::add_products", cells_.count(), [&](int first, int last) {
        std::vector<double> of_cell(rows);
        std::vector<std::int32_t> steps(rows);
        for (int cell = first; cell < last; ++cell) {
            const auto place = static_cast<std::size_t>(cell);
            values.read(cell, of_cell);
            statistics_.add(cell, of_cell);
            grids_[place].steps(of_cell, steps.data());
            std::int64_t* const squares = sums_.data() + at(replicate, Part::squares) + 2 * place;
            for (std::size_t row = 0; row < rows; ++row) {
                if (failed[row] == 0 && steps[row] == ValueGrid::outside) ++sums_[at(replicate, Part::missing) + place];
                if (failed[row] != 0 || steps[row] == ValueGrid::outside) steps[row] = 0;  // adds nothing
                add_split(squares[0], squares[1], std::int64_t{steps[row]} * steps[row]);
            }
            add_products(sums_.data() + at(replicate, Part::products) + 2 * place * basis_.size(), terms, steps);
        }
    });
}

std::vector<StatePiece> ChaosAnalysis::pieces() {
    std::vector<StatePiece> pieces = statistics_.pieces();
    pieces.push_back({std::span(sums_)});
    return pieces;
}

Eigen::MatrixXd ChaosAnalysis::gram_of(int replicate) const {
    const auto terms = static_cast<Eigen::Index>(basis_.size());
    Eigen::MatrixXd gram(terms, terms);
    const std::int64_t* limbs = sums_.data() + at(replicate, Part::gram);
    for (Eigen::Index column = 0; column < terms; ++column) {
        for (Eigen::Index line = 0; line <= column; ++line, limbs += 2)
            gram(line, column) = gram(column, line) = number_of(limbs) / (term_scale * term_scale);
    }
    return gram;
}

ChaosAnalysis::Block ChaosAnalysis::block_of(int replicate, int first_cell) const {
    const auto terms = static_cast<Eigen::Index>(basis_.size());
    Block block{Eigen::MatrixXd::Zero(terms, block_cells), Eigen::VectorXd::Zero(block_cells)};
    const int n_cells = std::min(block_cells, cells_.count() - first_cell);
    const auto first = static_cast<std::size_t>(first_cell);
    const std::int64_t* limbs = sums_.data() + at(replicate, Part::products) + 2 * first * basis_.size();
    for (Eigen::Index cell = 0; cell < n_cells; ++cell) {
        for (Eigen::Index term = 0; term < terms; ++term, limbs += 2)
            block.products(term, cell) = number_of(limbs) / term_scale;
    }
    limbs = sums_.data() + at(replicate, Part::squares) + 2 * first;
    for (Eigen::Index cell = 0; cell < n_cells; ++cell, limbs += 2) block.squares(cell) = number_of(limbs);
    return block;
}

ChaosAnalysis::Equations ChaosAnalysis::equations() const {
    Equations equations;
    Eigen::MatrixXd all = gram_of(0);
    for (int replicate = 0; replicate < design_.replicates(); ++replicate) {
        equations.gram.push_back(gram_of(replicate));
        if (replicate > 0) all += equations.gram.back();
        equations.runs += static_cast<double>(sums_[at(replicate, Part::runs)]);
    }
    for (int degree = 1; degree <= basis_.degree(); ++degree) {
        const auto terms = static_cast<Eigen::Index>(basis_.size_of_degree(degree));
        std::vector<Eigen::LLT<Eigen::MatrixXd>> factors;
        factors.emplace_back(all.topLeftCorner(terms, terms));
        for (const Eigen::MatrixXd& left_out : equations.gram)
            factors.emplace_back((all - left_out).topLeftCorner(terms, terms));
        const bool solvable = std::all_of(factors.begin(), factors.end(),
                                          [](const auto& of) { return of.info() == Eigen::Success; });
        if (!solvable) break;  // too many runs failed for so many terms
        equations.factors.push_back(std::move(factors));
    }
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

struct ChaosAnalysis::Tables {
    Triple first;
    Triple total;
    Field error;
    Field degree;
    Field coefficient;
};

void ChaosAnalysis::report(Findings& findings, engine::Communicator& communicator) const {
    const CellShare own = share_of(cells_.count(), communicator);
    statistics_.report(findings, own);
    findings.topic = "chaos";
    findings.columns = {{"total", "total", "total_low", "total_high"}, {"first", "first", "first_low", "first_high"}};
    const int cells = cells_.count();
    const Axis groups{.name = "parameter", .labels = options_.groups, .values = {}, .unit = {}};
    Axis terms{.name = "term", .labels = {}, .values = {}, .unit = "1"};
    for (std::size_t term = 0; term < basis_.size(); ++term) terms.values.push_back(static_cast<double>(term));
    Tables tables{.first = {"chaos", "first", "share of the variance that the parameter explains alone", {groups}, cells},
                  .total = {"chaos", "total", "share of the variance that the parameter takes part in", {groups}, cells},
                  .error = empty_field(
                      "chaos", "prediction_error",
                      "share of the variance that the polynomial misses, on runs that it was not fitted to", {}, cells),
                  .degree = empty_field("chaos", "degree", "degree of the polynomial", {}, cells),
                  .coefficient = empty_field("chaos", "coefficient",
                                             "of the orthonormal polynomial; terms are in group basis", {terms}, cells)};
    tables.coefficient.unit = FieldUnit::of_cell;
    tables.degree.whole = true;
    const Equations equations = this->equations();
    // blocks begin at multiples of their length, whoever solves them: how a column is rounded may depend on those beside it
    const CellShare blocks{own.first / block_cells, (own.last + block_cells - 1) / block_cells};
    for_each_cell(own.size() > 0 ? blocks : CellShare{},
                  [&](int block) { report_block(equations, block * block_cells, own, tables); });
    tables.first.move_to(findings);
    tables.total.move_to(findings);
    for (Field* field : {&tables.error, &tables.degree, &tables.coefficient})
        findings.fields.push_back(std::move(*field));
    report_basis(terms, findings);
}

/// Fits every degree to all replicates, then to all but one, and tries it on that one.
void ChaosAnalysis::report_block(const Equations& equations, int first_cell, const CellShare& own, Tables& tables) const {
    const auto n_terms = static_cast<Eigen::Index>(basis_.size());
    std::vector<Block> of_replicate;
    Eigen::MatrixXd products = Eigen::MatrixXd::Zero(n_terms, block_cells);
    for (int replicate = 0; replicate < design_.replicates(); ++replicate) {
        of_replicate.push_back(block_of(replicate, first_cell));
        products += of_replicate.back().products;
    }
    const std::size_t n_degrees = equations.factors.size();
    if (n_degrees == 0) return;
    std::vector<std::vector<Eigen::MatrixXd>> fits(n_degrees);  // (degrees) (all, without each)
    std::vector<Eigen::VectorXd> errors(n_degrees, Eigen::VectorXd::Zero(block_cells));
    for (std::size_t degree = 0; degree < n_degrees; ++degree) {
        const auto fit = [&](std::size_t factor, const Eigen::MatrixXd& to) {
            const Eigen::LLT<Eigen::MatrixXd>& factors = equations.factors[degree][factor];
            Eigen::MatrixXd coefficients = Eigen::MatrixXd::Zero(n_terms, block_cells);
            coefficients.topRows(factors.rows()) = factors.solve(to.topRows(factors.rows()));
            return coefficients;
        };
        fits[degree].push_back(fit(0, products));
        for (std::size_t replicate = 0; replicate < of_replicate.size(); ++replicate) {
            const Block& left_out = of_replicate[replicate];
            const Eigen::MatrixXd c = fit(replicate + 1, products - left_out.products);
            errors[degree] += left_out.squares - 2 * c.cwiseProduct(left_out.products).colwise().sum().transpose() +
                              c.cwiseProduct(equations.gram[replicate] * c).colwise().sum().transpose();
            fits[degree].push_back(c);
        }
    }
    const CellShare cells = own.within(first_cell, std::min(first_cell + block_cells, cells_.count()));
    for (int cell = cells.first; cell < cells.last; ++cell) {
        const Eigen::Index column = cell - first_cell;
        std::size_t best = 0;
        for (std::size_t degree = 1; degree < n_degrees; ++degree) {
            if (errors[degree](column) < errors[best](column)) best = degree;
        }
        std::vector<Eigen::VectorXd> coefficients;
        for (const Eigen::MatrixXd& fitted : fits[best]) coefficients.emplace_back(fitted.col(column));
        report_cell(cell, coefficients, static_cast<int>(best) + 1, errors[best](column) / equations.runs, tables);
    }
}

/// coefficients: (all, without each) [steps]; error: mean square [steps^2]
void ChaosAnalysis::report_cell(int cell_number, std::span<const Eigen::VectorXd> coefficients, int degree,
                                double error, Tables& tables) const {
    const auto cell = static_cast<std::size_t>(cell_number);
    const auto n_cells = static_cast<std::size_t>(cells_.count());
    const double step = grids_[cell].step();
    const double variance = statistics_.moments(cell_number).variance / (step * step);  // [steps^2]
    bool whole = std::sqrt(variance) >= least_resolved_steps;
    for (int replicate = 0; replicate < design_.replicates(); ++replicate)
        whole = whole && sums_[at(replicate, Part::missing) + cell] == 0;
    if (!whole) return;
    tables.error.values[cell] = error / variance;
    tables.degree.values[cell] = degree;
    std::vector<Shares> shares;
    for (const Eigen::VectorXd& fitted : coefficients) shares.push_back(shares_of(fitted));
    for (std::size_t group = 0; group < options_.groups.size(); ++group) {
        const auto of = [&](int without) -> const Shares& { return shares[static_cast<std::size_t>(without + 1)]; };
        tables.first.set(group * n_cells + cell, jackknife_([&](int without) { return of(without).first[group]; }));
        tables.total.set(group * n_cells + cell, jackknife_([&](int without) { return of(without).total[group]; }));
    }
    const double origin = grids_[cell].value(0.0);  // what zero steps mean
    for (Eigen::Index term = 0; term < coefficients.front().size(); ++term) {
        const double value = coefficients.front()(term) * step + (term == 0 ? origin : 0.0);
        tables.coefficient.values[static_cast<std::size_t>(term) * n_cells + cell] = value;
    }
}

void ChaosAnalysis::report_basis(const Axis& terms, Findings& findings) const {
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
