#include "uncertainty/fourier_design.hpp"

#include "base/errors.hpp"
#include "uncertainty/for_each_cell.hpp"
#include "uncertainty/triple.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace kohort::uncertainty {

namespace {

constexpr std::uint32_t for_phase = 5;   // occasion of Purpose::design; 0 to 4 are unit_points.cpp's and morris.cpp's
constexpr int harmonics_of_ordered = 6;  // Tarantola 2006, section 3
constexpr double turn = 2 * std::numbers::pi;

/// cos and sin of 2 pi k / n
struct Circle {
    std::vector<double> cosine;
    std::vector<double> sine;
    explicit Circle(int n) {
        for (int k = 0; k < n; ++k) {
            cosine.push_back(std::cos(turn * k / n));
            sine.push_back(std::sin(turn * k / n));
        }
    }
};

/// Variance in one frequency of a periodic series.
double power(std::span<const double> series, int frequency, const Circle& circle) {
    const std::size_t n = series.size();
    double a = 0;
    double b = 0;
    std::size_t angle = 0;
    for (const double value : series) {
        a += value * circle.cosine[angle];
        b += value * circle.sine[angle];
        angle = (angle + static_cast<std::size_t>(frequency)) % n;
    }
    const auto count = static_cast<double>(n);
    return 2 * (a * a + b * b) / (count * count);
}

double variance_of(std::span<const double> series, double mean) {
    double squares = 0;
    for (const double value : series) squares += (value - mean) * (value - mean);
    return squares / static_cast<double>(series.size());
}

}  // namespace

FastDesign::FastDesign(int inputs, int curve_points, int curves, std::uint64_t seed)
    : inputs_(inputs), curve_points_(curve_points), curves_(curves), key_(random_key(seed)) {
    KOHORT_CHECK(inputs >= 1 && curve_points >= 65 && curve_points % 2 == 1 && curves >= 1);
}

/// The complementary frequencies 1, 2, ... as far as they go, then again from 1: Saltelli 1999, table 1.
int FastDesign::frequency_of(int input, int own) const {
    if (input == own) return frequency();
    const int most = std::max(1, frequency() / (2 * harmonics));
    const int place = input < own ? input : input - 1;
    const int others = inputs_ - 1;
    if (most >= others) {
        const int stride = others > 1 ? (most - 1) / (others - 1) : 1;
        return 1 + place * std::max(stride, 1);
    }
    return 1 + place % most;
}

void FastDesign::fill(std::int64_t block, int place, std::span<double> coordinates) const {
    const int own = input_of(block);
    const double angle = turn * place / curve_points_;
    for (int input = 0; input < inputs_; ++input) {
        const double phase = turn * uniform(key_, {.twin = block,
                                                   .purpose = Purpose::design,
                                                   .occasion = for_phase,
                                                   .draw = static_cast<std::uint32_t>(input)});
        const double wave = std::sin(frequency_of(input, own) * angle + phase);
        coordinates[static_cast<std::size_t>(input)] = std::clamp(0.5 + std::asin(wave) / std::numbers::pi, 0x1p-53,
                                                                  1 - 0x1p-53);
    }
}

void OrderedSampleDesign::fill(std::int64_t block, int place, std::span<double> coordinates) const {
    for (int input = 0; input < inputs(); ++input)
        coordinates[static_cast<std::size_t>(input)] = points_.at(static_cast<int>(block), place, input);
}

std::vector<int> OrderedSampleDesign::order(std::int64_t block, int input) const {
    std::vector<int> rows(static_cast<std::size_t>(block_rows()));
    std::iota(rows.begin(), rows.end(), 0);
    std::vector<double> coordinate;
    for (const int row : rows) coordinate.push_back(points_.at(static_cast<int>(block), row, input));
    std::stable_sort(rows.begin(), rows.end(), [&](int one, int other) {
        return coordinate[static_cast<std::size_t>(one)] < coordinate[static_cast<std::size_t>(other)];
    });
    std::vector<int> there_and_back;
    for (std::size_t at = 0; at < rows.size(); at += 2) there_and_back.push_back(rows[at]);
    for (std::size_t at = rows.size() / 2 * 2; at-- > 0;) {
        if (at % 2 == 1) there_and_back.push_back(rows[at]);
    }
    return there_and_back;
}

FourierAnalysis::FourierAnalysis(const FastDesign& design, const Cells& cells, double level, std::vector<std::string> labels)
    : fast_(&design), cells_(cells), level_(level), labels_(std::move(labels)), curves_(design.curves()) {
    slots_.resize(at(design.inputs(), 0, whole));
}

FourierAnalysis::FourierAnalysis(const OrderedSampleDesign& design, const Cells& cells, double level,
                                 std::vector<std::string> labels)
    : sample_(&design), cells_(cells), level_(level), labels_(std::move(labels)), curves_(static_cast<int>(design.blocks())) {
    slots_.resize(at(design.inputs(), 0, whole));
}

std::size_t FourierAnalysis::at(int input, int curve, Number number) const {
    return static_cast<std::size_t>((input * curves_ + curve) * numbers + number) * static_cast<std::size_t>(cells_.count());
}

void FourierAnalysis::add(std::int64_t block, const BlockValues& values) {
    if (fast_ != nullptr)
        add_curve(block, values);
    else
        add_sample(block, values);
}

void FourierAnalysis::add_curve(std::int64_t block, const BlockValues& values) {
    const auto width = static_cast<std::size_t>(cells_.count());
    const auto n = static_cast<std::size_t>(values.rows());
    const Circle circle(static_cast<int>(n));
    const int input = fast_->input_of(block);
    const int curve = fast_->curve_of(block);
    std::vector<double> series(n);
    for (std::size_t cell = 0; cell < width; ++cell) {
        values.read(static_cast<int>(cell), series);
        double mean = 0;
        for (const double value : series) mean += value;
        mean /= static_cast<double>(n);
        for (double& value : series) value -= mean;
        double of_own = 0;
        for (int harmonic = 1; harmonic <= FastDesign::harmonics; ++harmonic)
            of_own += power(series, harmonic * fast_->frequency(), circle);
        double of_others = 0;
        for (int frequency = 1; frequency <= fast_->frequency() / 2; ++frequency)
            of_others += power(series, frequency, circle);
        slots_[at(input, curve, whole) + cell] = std::bit_cast<std::int64_t>(variance_of(series, 0.0));
        slots_[at(input, curve, own) + cell] = std::bit_cast<std::int64_t>(of_own);
        slots_[at(input, curve, others) + cell] = std::bit_cast<std::int64_t>(of_others);
    }
}

void FourierAnalysis::add_sample(std::int64_t block, const BlockValues& values) {
    const auto width = static_cast<std::size_t>(cells_.count());
    const auto n = static_cast<std::size_t>(values.rows());
    const Circle circle(static_cast<int>(n));
    std::vector<double> series(n);
    std::vector<double> of_cell(n);
    for (int input = 0; input < sample_->inputs(); ++input) {
        const std::vector<int> order = sample_->order(block, input);
        for (std::size_t cell = 0; cell < width; ++cell) {
            values.read(static_cast<int>(cell), of_cell);
            double mean = 0;
            for (std::size_t place = 0; place < n; ++place)
                mean += series[place] = of_cell[static_cast<std::size_t>(order[place])];
            mean /= static_cast<double>(n);
            for (double& value : series) value -= mean;
            const double all = variance_of(series, 0.0);
            double explained = 0;
            for (int harmonic = 1; harmonic <= harmonics_of_ordered; ++harmonic)
                explained += power(series, harmonic, circle);
            // noise is in every frequency alike: Tissot and Prieur 2012, equation 11
            const double share = 2.0 * harmonics_of_ordered / static_cast<double>(n);
            explained = (explained - share * all) / (1 - share);
            const int curve = static_cast<int>(block);
            slots_[at(input, curve, whole) + cell] = std::bit_cast<std::int64_t>(all);
            slots_[at(input, curve, own) + cell] = std::bit_cast<std::int64_t>(explained);
        }
    }
}

double FourierAnalysis::mean_of(int input, Number number, std::size_t cell, int without) const {
    double sum = 0;
    int n = 0;
    for (int curve = 0; curve < curves_; ++curve) {
        const auto value = std::bit_cast<double>(slots_[at(input, curve, number) + cell]);
        if (curve == without || std::isnan(value)) continue;  // a curve with a failed run says nothing of this cell
        sum += value;
        ++n;
    }
    return sum / n;
}

void FourierAnalysis::report(Findings& findings, engine::Communicator& communicator) const {
    findings.topic = fast_ != nullptr ? "fast" : "rbd_fast";
    findings.columns = {{"first", "first", "first_low", "first_high"}};
    const int n_cells = cells_.count();
    const std::vector<Axis> axes{{.name = "parameter", .labels = labels_, .values = {}, .unit = {}}};
    const Jackknife jackknife(curves_, level_);
    Triple first(findings.topic, "first", "share of the variance that the parameter explains alone", axes, n_cells);
    Triple total(findings.topic, "total", "share of the variance that the parameter takes part in", axes, n_cells);
    for_each_cell(share_of(n_cells, communicator), [&](int cell_number) {
        const auto cell = static_cast<std::size_t>(cell_number);
        for (int input = 0; input < static_cast<int>(labels_.size()); ++input) {
            const std::size_t place = static_cast<std::size_t>(input) * static_cast<std::size_t>(n_cells) + cell;
            if (!(mean_of(input, whole, cell, -1) > 0)) continue;
            const auto share = [&](Number of, int without) {
                return mean_of(input, of, cell, without) / mean_of(input, whole, cell, without);
            };
            first.set(place, jackknife([&](int without) { return share(own, without); }));
            if (fast_ != nullptr) total.set(place, jackknife([&](int without) { return 1 - share(others, without); }));
        }
    });
    first.move_to(findings);
    if (fast_ == nullptr) return;
    findings.columns.insert(findings.columns.begin(), {"total", "total", "total_low", "total_high"});
    total.move_to(findings);
}

}  // namespace kohort::uncertainty
