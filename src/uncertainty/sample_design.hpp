// A plain sample of the inputs' distribution: every row is one point.
#pragma once

#include "kernels/share_out.hpp"
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
    SampleAnalysis(CellStatistics statistics, int cells) : statistics_(std::move(statistics)), cells_(cells) {}
    void add(std::int64_t, const BlockValues& values) override {
        kernels::share_out({}, "uncertainty::add_sample", cells_, [&](int first, int last) {
            std::vector<double> of_cell(static_cast<std::size_t>(values.rows()));
            for (int cell = first; cell < last; ++cell) {
                values.read(cell, of_cell);
                statistics_.add(cell, of_cell);
            }
        });
    }
    [[nodiscard]] std::vector<StatePiece> pieces() override { return statistics_.pieces(); }
    void report(Findings& findings, engine::Communicator& communicator) const override {
        statistics_.report(findings, share_of(cells_, communicator));
    }

private:
    CellStatistics statistics_;
    int cells_;
};

}  // namespace kohort::uncertainty
