// Fourier methods. eFAST: runs along curves that pass through the whole space, one for each parameter, on which that one
// oscillates fast and all others slowly: Saltelli, Tarantola, Chan 1999, doi:10.1080/00401706.1999.10485594.
// RBD-FAST: any sample, put in the order of one input after another: Tarantola, Gatelli, Mara 2006,
// doi:10.1016/j.ress.2005.06.003, with the correction for bias of Tissot and Prieur 2012, doi:10.1016/j.ress.2012.06.010.
//
// A block is a whole curve or a whole replicate, analysed by the rank that ran it; what a block says is a few numbers.
#pragma once

#include "base/random.hpp"
#include "uncertainty/analysis.hpp"
#include "uncertainty/cells.hpp"
#include "uncertainty/design.hpp"
#include "uncertainty/unit_points.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kohort::uncertainty {

class FastDesign final : public Design {
public:
    static constexpr int harmonics = 4;  // Saltelli 1999, section 2

    /// curve_points: of one curve, odd, at least 65; curves: of each input, with random phases.
    FastDesign(int inputs, int curve_points, int curves, std::uint64_t seed);

    [[nodiscard]] int inputs() const override { return inputs_; }
    [[nodiscard]] std::int64_t blocks() const override { return std::int64_t{inputs_} * curves_; }
    [[nodiscard]] int block_rows() const override { return curve_points_; }
    void fill(std::int64_t block, int place, std::span<double> coordinates) const override;

    [[nodiscard]] int curves() const { return curves_; }
    [[nodiscard]] int input_of(std::int64_t block) const { return static_cast<int>(block % inputs_); }
    [[nodiscard]] int curve_of(std::int64_t block) const { return static_cast<int>(block / inputs_); }
    /// How often the block's own input oscillates along the curve; the others at most a 2 harmonics-th of it.
    [[nodiscard]] int frequency() const { return (curve_points_ - 1) / (2 * harmonics); }

private:
    [[nodiscard]] int frequency_of(int input, int own) const;

    int inputs_;
    int curve_points_;
    int curves_;
    RandomKey key_;
};

/// A sample whose replicates are blocks.
class OrderedSampleDesign final : public Design {
public:
    explicit OrderedSampleDesign(const UnitPoints::Options& options) : points_(options) {}
    [[nodiscard]] int inputs() const override { return points_.options().dimensions; }
    [[nodiscard]] std::int64_t blocks() const override { return points_.options().replicates; }
    [[nodiscard]] int block_rows() const override { return static_cast<int>(points_.options().samples); }
    void fill(std::int64_t block, int place, std::span<double> coordinates) const override;
    /// Rows of a block in the order of an input, up by every second one and down by the others, so that it comes back to where
    /// it began.
    [[nodiscard]] std::vector<int> order(std::int64_t block, int input) const;

private:
    UnitPoints points_;
};

/// What a Fourier method finds: for each parameter, curve (or replicate) and cell, three numbers.
class FourierAnalysis final : public Analysis {
public:
    /// One of the designs above, which must outlive the analysis.
    FourierAnalysis(const FastDesign& design, const Cells& cells, double level, std::vector<std::string> labels);
    FourierAnalysis(const OrderedSampleDesign& design, const Cells& cells, double level, std::vector<std::string> labels);

    void add(std::int64_t block, const BlockValues& values) override;
    [[nodiscard]] std::vector<StatePiece> pieces() override { return {{std::span(slots_)}}; }
    void report(Findings& findings, engine::Communicator& communicator) const override;

private:
    enum Number : int { whole, own, others, numbers };  // variance of the curve; explained by the input; by the others
    [[nodiscard]] std::size_t at(int input, int curve, Number number) const;
    void add_curve(std::int64_t block, const BlockValues& values);
    void add_sample(std::int64_t block, const BlockValues& values);
    [[nodiscard]] double mean_of(int input, Number number, std::size_t cell, int without) const;

    const FastDesign* fast_ = nullptr;
    const OrderedSampleDesign* sample_ = nullptr;
    Cells cells_;
    double level_;
    std::vector<std::string> labels_;
    int curves_;
    std::vector<std::int64_t> slots_;  // bits of doubles, 0 until the block is done (inputs, curves, numbers, cells)
};

}  // namespace kohort::uncertainty
