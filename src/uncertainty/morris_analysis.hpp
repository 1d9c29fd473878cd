// What the steps of Morris trajectories did to every cell: mu* (mean size of the elementary effects), mu, sigma.
// Campolongo, Cariboni, Saltelli 2007, doi:10.1016/j.envsoft.2006.10.004. Exact sums of whole numbers, as everywhere.
#pragma once

#include "uncertainty/analysis.hpp"
#include "uncertainty/cells.hpp"
#include "uncertainty/design.hpp"
#include "uncertainty/morris.hpp"
#include "uncertainty/value_grid.hpp"
#include "uncertainty/wide_integer.hpp"

#include <array>
#include <string>
#include <vector>

namespace kohort::uncertainty {

/// Trajectories as blocks of a design; inputs move between the two probabilities of the window.
class MorrisRuns final : public Design {
public:
    MorrisRuns(MorrisDesign design, std::int64_t trajectories, std::array<double, 2> window)
        : design_(std::move(design)), trajectories_(trajectories), window_(window) {}

    [[nodiscard]] int inputs() const override { return design_.inputs(); }
    [[nodiscard]] std::int64_t blocks() const override { return trajectories_; }
    [[nodiscard]] int block_rows() const override { return design_.points(); }
    void fill(std::int64_t block, int place, std::span<double> coordinates) const override;
    [[nodiscard]] const MorrisDesign& trajectories() const { return design_; }

private:
    MorrisDesign design_;
    std::int64_t trajectories_;
    std::array<double, 2> window_;
};

struct MorrisOptions {
    double level = 0.95;
    std::vector<std::string> groups;  // labels
};

/// In the cell's unit, for a step of a group over its whole window.
struct ElementaryEffects {
    std::int64_t count = 0;  // steps of which both ends have a value in range
    double mu_star = 0.0;
    double half_width = 0.0;  // of the interval of mu_star: Student's, trajectories are independent
    double mu = 0.0;          // NaN for a group of several inputs, which has no direction
    double sigma = 0.0;       // 0 where it is no more than rounding to the grid
};

class MorrisAnalysis final : public Analysis {
public:
    /// design must outlive the analysis; one grid for each cell.
    MorrisAnalysis(const MorrisRuns& design, std::vector<ValueGrid> grids, MorrisOptions options);

    void add(std::int64_t block, const BlockValues& values) override;
    [[nodiscard]] std::vector<StatePiece> pieces() override { return {{std::span(sums_)}}; }
    void report(Findings& findings, engine::Communicator& communicator) const override;

    [[nodiscard]] ElementaryEffects effects(int group, int cell) const;

private:
    enum Quantity : int { count, signed_sum, size_sum, squares, quantities = squares + 2 };
    [[nodiscard]] std::int64_t& sum(int group, int quantity, std::size_t cell) {
        return sums_[static_cast<std::size_t>(group * quantities + quantity) * grids_.size() + cell];
    }
    [[nodiscard]] std::int64_t sum(int group, int quantity, std::size_t cell) const {
        return sums_[static_cast<std::size_t>(group * quantities + quantity) * grids_.size() + cell];
    }

    const MorrisRuns& design_;
    std::vector<ValueGrid> grids_;    // (cells)
    std::vector<int> single_;         // (groups) the only input of the group, or -1
    std::vector<std::int64_t> sums_;  // [counts, steps, steps^2 in two limbs] (groups, quantities, cells)
    MorrisOptions options_;
};

}  // namespace kohort::uncertainty
