#include "uncertainty/log_histogram.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace kohort::uncertainty {

LogHistogram::LogHistogram(const Options& options) : options_(options) {
    KOHORT_CHECK(options.cells >= 1 && options.least > 0 && options.most > options.least);
    KOHORT_CHECK(std::isfinite(options.most / options.least));
    KOHORT_CHECK(options.relative_error > 0 && options.relative_error < 1);
    log_growth_ = std::log1p(options.relative_error);
    const double geometric = std::floor(std::log(options.most / options.least) / log_growth_) + 1;
    KOHORT_CHECK(geometric < 1e8);
    geometric_ = static_cast<int>(geometric);
    bins_ = small_bin() + 1 + geometric_ + 1;
    make_segments();
    counts_.resize(static_cast<std::size_t>(options.cells) * static_cast<std::size_t>(bins_));
}

/// A segment is a power of two, or an equal part of it: the first bits of a number say which. It is no wider than a bin, so at
/// most one bin ends in it.
void LogHistogram::make_segments() {
    for (int bin = 1; bin < geometric_; ++bin) ends_.push_back(options_.least * std::exp(log_growth_ * bin));
    ends_.push_back(std::numeric_limits<double>::infinity());
    int parts = 0;  // 2^parts segments between two powers of two
    while (std::ldexp(1.0, -parts) > log_growth_) ++parts;
    KOHORT_CHECK(parts <= 30);
    segment_shift_ = std::numeric_limits<double>::digits - 1 - parts;
    const auto segment_of = [&](double size) { return std::bit_cast<std::uint64_t>(size) >> segment_shift_; };
    first_segment_ = segment_of(options_.least);
    std::int32_t bin = 0;
    for (std::uint64_t segment = first_segment_; segment <= segment_of(options_.most); ++segment) {
        const auto begin = std::bit_cast<double>(segment << segment_shift_);
        while (begin >= ends_[static_cast<std::size_t>(bin)]) ++bin;
        bin_of_.push_back(bin);
    }
}

/// Without jumps, so that eight values are looked up at once. bins: -1 for NaN
void LogHistogram::find_bins(std::span<const double> values, std::int32_t* bins) const {
    const double least = options_.least;
    const double most = options_.most;
    const int shift = segment_shift_;
    const std::uint64_t first_segment = first_segment_;
    const std::int32_t* const bin_of = bin_of_.data();
    const double* const ends = ends_.data();
    const std::int32_t small = small_bin();
    const std::int32_t below = 0;
    const std::int32_t above = bins_ - 1;
    const double least_counted = options_.mirrored ? -most : 0.0;
    for (std::size_t at = 0; at < values.size(); ++at) {
        const double value = values[at];
        const double size = std::abs(value);
        const bool is_geometric = (size >= least) & (size <= most);
        const double kept = is_geometric ? size : least;
        const std::int32_t begun = bin_of[(std::bit_cast<std::uint64_t>(kept) >> shift) - first_segment];
        const std::int32_t geometric = begun + (kept >= ends[begun] ? 1 : 0);
        std::int32_t bin = value < 0 ? small - 1 - geometric : small + 1 + geometric;
        bin = is_geometric ? bin : small;
        bin = value > most ? above : bin;
        bin = value < least_counted ? below : bin;
        bins[at] = std::isnan(value) ? -1 : bin;
    }
}

void LogHistogram::add(int cell, std::span<const double> values) {
    KOHORT_CHECK(cell >= 0 && cell < options_.cells);
    std::int32_t* const counts = counts_.data() + static_cast<std::ptrdiff_t>(cell) * bins_;
    constexpr std::size_t together = 32;
    std::array<std::int32_t, together> bins;
    for (std::size_t first = 0; first < values.size(); first += together) {
        const std::span<const double> part = values.subspan(first, std::min(together, values.size() - first));
        find_bins(part, bins.data());
        for (std::size_t at = 0; at < part.size(); ++at) {
            if (bins[at] >= 0) ++counts[bins[at]];
        }
    }
}

void LogHistogram::merge(const LogHistogram& other) {
    KOHORT_CHECK(other.counts_.size() == counts_.size() && other.bins_ == bins_);
    for (std::size_t at = 0; at < counts_.size(); ++at) counts_[at] += other.counts_[at];
}

const std::int32_t* LogHistogram::counts_of(int cell) const {
    KOHORT_CHECK(cell >= 0 && cell < options_.cells);
    return counts_.data() + static_cast<std::ptrdiff_t>(cell) * bins_;
}

std::int64_t LogHistogram::count(int cell) const {
    const std::int32_t* const counts = counts_of(cell);
    return std::accumulate(counts, counts + bins_, std::int64_t{0});
}

double LogHistogram::quantile(int cell, double p) const {
    KOHORT_CHECK(p >= 0 && p <= 1);
    const std::int64_t total = count(cell);
    if (total == 0) return std::numeric_limits<double>::quiet_NaN();
    const auto rank = static_cast<std::int64_t>(p * static_cast<double>(total - 1));
    const std::int32_t* const counts = counts_of(cell);
    int bin = 0;
    std::int64_t seen = counts[0];  // up to and including this bin
    while (seen <= rank) seen += counts[++bin];
    if (bin == 0) return -std::numeric_limits<double>::infinity();
    if (bin == bins_ - 1) return std::numeric_limits<double>::infinity();
    if (bin == small_bin()) return 0;
    // values are thought of as evenly spread over their bin, on the logarithmic scale: no steps between neighbouring quantiles
    const double from_above = (static_cast<double>(seen - rank) - 0.5) / static_cast<double>(counts[bin]);
    const int geometric = std::abs(bin - small_bin()) - 1;
    const double place = bin < small_bin() ? from_above : 1 - from_above;
    const double size = options_.least * std::exp(log_growth_ * (geometric + place));
    return bin < small_bin() ? -size : size;
}

}  // namespace kohort::uncertainty
