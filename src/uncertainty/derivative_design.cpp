#include "uncertainty/derivative_design.hpp"

#include "base/errors.hpp"
#include "base/random.hpp"
#include "kernels/share_out.hpp"
#include "uncertainty/for_each_cell.hpp"
#include "uncertainty/intervals.hpp"
#include "uncertainty/triple.hpp"
#include "uncertainty/wide_integer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace kohort::uncertainty {

void DerivativeDesign::fill(std::int64_t block, int place, std::span<double> coordinates) const {
    const int replicate = replicate_of(block);
    const std::int64_t sample = block / replicates() * samples_of_block + place / rows_of_sample();
    const int row = place % rows_of_sample();
    const int moved = row == 0 ? -1 : (row - 1) / 2;
    for (int input = 0; input < inputs(); ++input) {
        double& coordinate = coordinates[static_cast<std::size_t>(input)];
        coordinate = points_.at(replicate, sample, input);
        if (input != moved) continue;
        const double move = row % 2 == 1 ? -step : step;
        if (scale(input) == Scale::probability)  // nearer to an end than a step, the centre of the move is a step from it
            coordinate = std::clamp(coordinate, step, 1 - step) + move;
        else
            coordinate = normal_cdf(normal_quantile(coordinate) + move);
    }
}

DerivativeAnalysis::DerivativeAnalysis(const DerivativeDesign& design, const Cells& cells,
                                       std::span<const QuantityRange> ranges, CellStatistics statistics,
                                       DerivativeOptions options)
    : design_(design),
      cells_(cells),
      grids_(grids_of(cells, ranges)),
      statistics_(std::move(statistics)),
      options_(std::move(options)) {
    sums_.resize(at(design.replicates(), 0, 0, 0));
}

std::size_t DerivativeAnalysis::at(int replicate, int input, int quantity, int cell) const {
    const auto row = (static_cast<std::size_t>(replicate) * static_cast<std::size_t>(design_.inputs()) +
                      static_cast<std::size_t>(input)) *
                         quantities +
                     static_cast<std::size_t>(quantity);
    return row * static_cast<std::size_t>(cells_.count()) + static_cast<std::size_t>(cell);
}

void DerivativeAnalysis::add(std::int64_t block, const BlockValues& values) {
    const auto rows = static_cast<std::size_t>(values.rows());
    const auto sample_rows = static_cast<std::size_t>(design_.rows_of_sample());
    const int replicate = design_.replicate_of(block);
    kernels::share_out({}, "uncertainty::add_derivatives", cells_.count(), [&](int first, int last) {
        std::vector<double> of_cell(rows);
        std::vector<double> centres(rows / sample_rows);
        std::vector<std::int32_t> steps(rows);
        for (int cell = first; cell < last; ++cell) {
            values.read(cell, of_cell);
            for (std::size_t sample = 0; sample < centres.size(); ++sample)
                centres[sample] = of_cell[sample * sample_rows];
            statistics_.add(cell, centres);
            grids_[static_cast<std::size_t>(cell)].steps(of_cell, steps.data());
            for (std::size_t centre = 0; centre < rows; centre += sample_rows) {
                for (int input = 0; input < design_.inputs(); ++input) {
                    const std::size_t down = centre + 1 + 2 * static_cast<std::size_t>(input);
                    if (steps[down] == ValueGrid::outside || steps[down + 1] == ValueGrid::outside) continue;
                    const std::int64_t change = std::int64_t{steps[down + 1]} - steps[down];
                    ++sums_[at(replicate, input, count, cell)];
                    add_split(sums_[at(replicate, input, squares, cell)],
                              sums_[at(replicate, input, squares + 1, cell)], change * change);
                }
            }
        }
    });
}

std::vector<StatePiece> DerivativeAnalysis::pieces() {
    std::vector<StatePiece> pieces = statistics_.pieces();
    pieces.push_back({std::span(sums_)});
    return pieces;
}

double DerivativeAnalysis::mean_square(int input, int cell, int without) const {
    std::int64_t n = 0;
    Int128 sum = 0;
    for (int replicate = 0; replicate < design_.replicates(); ++replicate) {
        if (replicate == without) continue;
        n += sums_[at(replicate, input, count, cell)];
        sum += joined(sums_[at(replicate, input, squares, cell)], sums_[at(replicate, input, squares + 1, cell)]);
    }
    if (n == 0) return std::numeric_limits<double>::quiet_NaN();
    const double step = grids_[static_cast<std::size_t>(cell)].step();
    return static_cast<double>(sum) / static_cast<double>(n) * step * step;
}

void DerivativeAnalysis::report(Findings& findings, engine::Communicator& communicator) const {
    const CellShare own = share_of(cells_.count(), communicator);
    statistics_.report(findings, own);
    findings.topic = "dgsm";
    findings.columns = {{"bound of total", "bound", "bound_low", "bound_high"}};
    const int n_cells = cells_.count();
    const std::vector<Axis> axes{{.name = "parameter", .labels = options_.inputs, .values = {}, .unit = {}}};
    Triple nu(
        "dgsm", "nu",
        "mean squared derivative: by the input in its own unit where it is uniform, else by its standard normal score",
        axes, n_cells);
    Triple bound("dgsm", "bound", "the total index is at most this", axes, n_cells);
    constexpr double across = 2 * DerivativeDesign::step;
    const Jackknife jackknife(design_.replicates(), options_.level);
    for_each_cell(own, [&](int cell) {
        const double variance = statistics_.moments(cell).variance;
        const bool varies = std::sqrt(variance) >= least_resolved_steps * grids_[static_cast<std::size_t>(cell)].step();
        for (int input = 0; input < design_.inputs(); ++input) {
            const bool uniform = design_.scale(input) == DerivativeDesign::Scale::probability;
            const double width = uniform ? options_.widths[static_cast<std::size_t>(input)] : 1.0;
            // Poincare's constants: 1/pi^2 on (0, 1), 1 for the standard normal
            const double share = (uniform ? 1 / (std::numbers::pi * std::numbers::pi) : 1.0) / variance;
            const auto place = static_cast<std::size_t>(input) * static_cast<std::size_t>(n_cells) +
                               static_cast<std::size_t>(cell);
            const auto estimate = [&](double factor) {
                return jackknife([&, factor](int without) {
                    return mean_square(input, cell, without) / (across * across) * factor;
                });
            };
            nu.set(place, estimate(1 / (width * width)));
            if (varies) bound.set(place, estimate(share));
        }
    });
    nu.move_to(findings);
    bound.move_to(findings);
}

}  // namespace kohort::uncertainty
