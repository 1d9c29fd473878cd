// A plain sample of the inputs' distribution: every row is one point.
#pragma once

#include "uncertainty/analysis.hpp"
#include "uncertainty/cell_statistics.hpp"
#include "uncertainty/design.hpp"
#include "uncertainty/unit_points.hpp"

namespace kohort::uncertainty {

class SampleDesign final : public Design {
public:
    static constexpr int rows_of_block = 64;

    /// options.samples: of each replicate, a multiple of rows_of_block.
    explicit SampleDesign(const UnitPoints::Options& options) : points_(options) {}

    [[nodiscard]] int inputs() const override { return points_.options().dimensions; }
    [[nodiscard]] std::int64_t blocks() const override {
        return points_.options().samples / rows_of_block * points_.options().replicates;
    }
    [[nodiscard]] int block_rows() const override { return rows_of_block; }
    [[nodiscard]] int replicates() const { return points_.options().replicates; }
    [[nodiscard]] int replicate_of(std::int64_t block) const { return static_cast<int>(block % replicates()); }
    void fill(std::int64_t block, int place, std::span<double> coordinates) const override {
        const int replicate = static_cast<int>(block % points_.options().replicates);
        const std::int64_t sample = block / points_.options().replicates * rows_of_block + place;
        for (int input = 0; input < inputs(); ++input)
            coordinates[static_cast<std::size_t>(input)] = points_.at(replicate, sample, input);
    }

private:
    UnitPoints points_;
};

/// Moments and quantiles of all rows.
class SampleAnalysis final : public Analysis {
public:
    SampleAnalysis(CellStatistics statistics, int cells)
        : statistics_(std::move(statistics)), cells_(static_cast<std::size_t>(cells)) {}
    void add(std::int64_t, std::span<const double> values) override {
        for (std::size_t first = 0; first < values.size(); first += cells_)
            statistics_.add(values.subspan(first, cells_));
    }
    [[nodiscard]] std::vector<StatePiece> pieces() override { return statistics_.pieces(); }
    void report(Findings& findings) const override { statistics_.report(findings); }

private:
    CellStatistics statistics_;
    std::size_t cells_;
};

}  // namespace kohort::uncertainty
