// Derivative-based sensitivity (DGSM): around each point, every input moves a little up and down, alone.
// Sobol' and Kucherenko 2009, doi:10.1016/j.matcom.2009.01.023; bounds: Lamboni et al. 2013, doi:10.1016/j.matcom.2013.02.002.
#pragma once

#include "uncertainty/analysis.hpp"
#include "uncertainty/cell_statistics.hpp"
#include "uncertainty/design.hpp"
#include "uncertainty/unit_points.hpp"

#include <span>
#include <string>
#include <vector>

namespace kohort::uncertainty {

class DerivativeDesign final : public Design {
public:
    /// How an input moves: a uniform one by a share of its width, any other by a part of a standard normal score.
    enum class Scale { probability, score };
    static constexpr int samples_of_block = 16;
    static constexpr double step = 0x1p-8;  // up and down: curvature costs a relative error of some 1e-4, solver errors less

    /// points.dimensions: the inputs; points.samples: of each replicate, a multiple of samples_of_block.
    DerivativeDesign(const UnitPoints::Options& points, std::vector<Scale> scales)
        : points_(points), scales_(std::move(scales)) {}

    [[nodiscard]] int inputs() const override { return points_.options().dimensions; }
    /// The centre, then down and up of each input.
    [[nodiscard]] int rows_of_sample() const { return 1 + 2 * inputs(); }
    [[nodiscard]] int block_rows() const override { return samples_of_block * rows_of_sample(); }
    [[nodiscard]] std::int64_t blocks() const override {
        return points_.options().samples / samples_of_block * points_.options().replicates;
    }
    void fill(std::int64_t block, int place, std::span<double> coordinates) const override;
    [[nodiscard]] int replicates() const { return points_.options().replicates; }
    [[nodiscard]] int replicate_of(std::int64_t block) const { return static_cast<int>(block % replicates()); }
    [[nodiscard]] Scale scale(int input) const { return scales_[static_cast<std::size_t>(input)]; }

private:
    UnitPoints points_;
    std::vector<Scale> scales_;  // (inputs)
};

struct DerivativeOptions {
    double level = 0.95;
    std::vector<std::string> inputs;  // labels
    std::vector<double> widths;       // (inputs) [input's unit] of uniform ones; 0 for others
};

class DerivativeAnalysis final : public Analysis {
public:
    /// design must outlive the analysis.
    DerivativeAnalysis(const DerivativeDesign& design, const Cells& cells, std::span<const QuantityRange> ranges,
                       CellStatistics statistics, DerivativeOptions options);

    void add(std::int64_t block, const BlockValues& values) override;
    [[nodiscard]] std::vector<StatePiece> pieces() override;
    void report(Findings& findings, engine::Communicator& communicator) const override;

private:
    enum Quantity : int { count, squares, quantities = squares + 2 };
    [[nodiscard]] std::size_t at(int replicate, int input, int quantity, int cell) const;
    /// E (change from down to up)^2 [cell's unit^2], over all replicates or all but one; NaN without samples.
    [[nodiscard]] double mean_square(int input, int cell, int without) const;

    const DerivativeDesign& design_;
    Cells cells_;
    std::vector<ValueGrid> grids_;    // (cells)
    std::vector<std::int64_t> sums_;  // [counts, steps^2 in two limbs] (replicates, inputs, quantities, cells)
    CellStatistics statistics_;       // of the centres
    DerivativeOptions options_;
};

}  // namespace kohort::uncertainty
