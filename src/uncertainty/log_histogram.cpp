#include "uncertainty/log_histogram.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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
    counts_.resize(static_cast<std::size_t>(options.cells) * static_cast<std::size_t>(bins_));
}

/// Of a size from least to most, counted from 0.
int LogHistogram::geometric_bin(double size) const {
    return std::min(static_cast<int>(std::log(size / options_.least) / log_growth_), geometric_ - 1);
}

int LogHistogram::bin(double value) const {
    const double size = std::abs(value);
    const bool out = size > options_.most || (value < 0 && !options_.mirrored);
    if (out) return value < 0 ? 0 : bins_ - 1;
    if (size < options_.least) return small_bin();
    return value < 0 ? small_bin() - 1 - geometric_bin(size) : small_bin() + 1 + geometric_bin(size);
}

void LogHistogram::add(std::span<const double> values) {
    const auto cells = static_cast<std::size_t>(options_.cells);
    KOHORT_CHECK(values.size() % cells == 0);
    for (std::size_t at = 0; at < values.size(); ++at) {
        if (std::isnan(values[at])) continue;
        ++counts_[at % cells * static_cast<std::size_t>(bins_) + static_cast<std::size_t>(bin(values[at]))];
    }
}

void LogHistogram::merge(const LogHistogram& other) {
    KOHORT_CHECK(other.counts_.size() == counts_.size() && other.bins_ == bins_);
    for (std::size_t at = 0; at < counts_.size(); ++at) counts_[at] += other.counts_[at];
}

std::int32_t LogHistogram::at(int bin, int cell) const {
    KOHORT_CHECK(cell >= 0 && cell < options_.cells);
    return counts_[static_cast<std::size_t>(cell) * static_cast<std::size_t>(bins_) + static_cast<std::size_t>(bin)];
}

std::int64_t LogHistogram::count(int cell) const {
    std::int64_t count = 0;
    for (int bin = 0; bin < bins_; ++bin) count += at(bin, cell);
    return count;
}

double LogHistogram::quantile(int cell, double p) const {
    KOHORT_CHECK(p >= 0 && p <= 1);
    const std::int64_t total = count(cell);
    if (total == 0) return std::numeric_limits<double>::quiet_NaN();
    const auto rank = static_cast<std::int64_t>(p * static_cast<double>(total - 1));
    int bin = 0;
    std::int64_t seen = at(0, cell);  // up to and including this bin
    while (seen <= rank) seen += at(++bin, cell);
    if (bin == 0) return -std::numeric_limits<double>::infinity();
    if (bin == bins_ - 1) return std::numeric_limits<double>::infinity();
    if (bin == small_bin()) return 0;
    // values are thought of as evenly spread over their bin, on the logarithmic scale: no steps between neighbouring quantiles
    const double from_above = (static_cast<double>(seen - rank) - 0.5) / static_cast<double>(at(bin, cell));
    const int geometric = std::abs(bin - small_bin()) - 1;
    const double place = bin < small_bin() ? from_above : 1 - from_above;
    const double size = options_.least * std::exp(log_growth_ * (geometric + place));
    return bin < small_bin() ? -size : size;
}

}  // namespace kohort::uncertainty
