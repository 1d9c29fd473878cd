// Polynomial chaos: every cell as a polynomial of the inputs, by least squares, and its indices from the coefficients: Sudret
// 2008, doi:10.1016/j.ress.2007.04.002.
//
// The normal equations are exact sums like all others, so no value is kept and the result has the same bits on any ranks. The
// sums of each replicate are kept apart: fitted to all others and tried on it, they give the error of prediction without
// looking at a run twice, and intervals. Of the degrees up to the given one, each cell takes the one that predicts best.
#pragma once

#include "uncertainty/cell_statistics.hpp"
#include "uncertainty/intervals.hpp"
#include "uncertainty/polynomial_basis.hpp"
#include "uncertainty/sample_design.hpp"

#include <Eigen/Dense>

#include <string>
#include <vector>

namespace kohort::uncertainty {

struct ChaosOptions {
    double level = 0.95;
    std::vector<std::string> inputs;  // labels
    std::vector<std::string> groups;  // labels
    std::vector<int> group_of;        // (inputs)
};

class ChaosAnalysis final : public Analysis {
public:
    /// design must outlive the analysis and have at least two replicates.
    ChaosAnalysis(const SampleDesign& design, PolynomialBasis basis, const Cells& cells,
                  std::span<const QuantityRange> ranges, CellStatistics statistics, ChaosOptions options);

    void add(std::int64_t block, const BlockValues& values) override;
    [[nodiscard]] std::vector<StatePiece> pieces() override;
    void report(Findings& findings, engine::Communicator& communicator) const override;

private:
    static constexpr int block_cells = 16;  // that are solved for together
    /// What the polynomials of all cells are solved with.
    struct Equations {
        std::vector<Eigen::MatrixXd> gram;                              // (replicates) (terms, terms)
        std::vector<std::vector<Eigen::LLT<Eigen::MatrixXd>>> factors;  // (degrees) (all replicates, without each)
        double runs = 0;
    };
    [[nodiscard]] Equations equations() const;
    [[nodiscard]] Eigen::MatrixXd gram_of(int replicate) const;
    /// Numbers of a few cells, values in steps of the cells' grids; zeros behind the last cell.
    struct Block {
        Eigen::MatrixXd products;  // (terms, block_cells)
        Eigen::VectorXd squares;   // (block_cells)
    };
    [[nodiscard]] Block block_of(int replicate, int first_cell) const;
    struct Tables;
    void report_block(const Equations& equations, int first_cell, const CellShare& own, Tables& tables) const;
    void report_cell(int cell, std::span<const Eigen::VectorXd> coefficients, int degree, double error, Tables& tables) const;
    void report_basis(const Axis& terms, Findings& findings) const;
    /// First and total share of each group, from the coefficients of some terms.
    struct Shares {
        std::vector<double> first;
        std::vector<double> total;
    };
    [[nodiscard]] Shares shares_of(const Eigen::VectorXd& coefficients) const;

    /// Where a replicate's numbers are: runs, sums of products of two terms, of a term and a value, of squared values, and runs
    /// that did not fail and yet have no value in range. Sums take two places.
    enum class Part { runs, gram, products, squares, missing, end };
    [[nodiscard]] std::size_t at(int replicate, Part part) const;
    /// [2^-18] The terms of the rows of a block, one after the other, each with zeros behind it up to row_length.
    [[nodiscard]] std::vector<std::int32_t> terms_of(std::int64_t block) const;
    [[nodiscard]] std::size_t row_length() const;
    void add_gram(int replicate, const std::int32_t* terms);
    /// Of one cell. steps: (rows), 0 where there is no value
    void add_products(std::int64_t* products, std::span<const std::int32_t> terms, std::span<const std::int32_t> steps) const;

    const SampleDesign& design_;
    PolynomialBasis basis_;
    Cells cells_;
    std::vector<ValueGrid> grids_;  // (cells)
    CellStatistics statistics_;
    ChaosOptions options_;
    Jackknife jackknife_;
    std::vector<std::int64_t> sums_;  // [terms 2^-18, values in steps] (replicates, parts)
};

}  // namespace kohort::uncertainty
