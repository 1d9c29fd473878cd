#include "uncertainty/log_histogram.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kohort::uncertainty {

namespace {

constexpr int negative = 0;
constexpr int small = 1;
constexpr int first_geometric = 2;

}  // namespace

LogHistogram::LogHistogram(const Options& options) : options_(options) {
    KOHORT_CHECK(options.cells >= 1 && options.least > 0 && options.most > options.least);
    KOHORT_CHECK(std::isfinite(options.most / options.least));
    KOHORT_CHECK(options.relative_error > 0 && options.relative_error < 1);
    // ends that differ by (1 + e) / (1 - e) have a value within e of everything between them
    log_growth_ = std::log1p(options.relative_error) - std::log1p(-options.relative_error);
    const double geometric = std::floor(std::log(options.most / options.least) / log_growth_) + 1;
    KOHORT_CHECK(geometric < 1e8);
    bins_ = first_geometric + static_cast<int>(geometric) + 1;
    counts_.resize(static_cast<std::size_t>(options.cells) * static_cast<std::size_t>(bins_));
}

int LogHistogram::bin(double value) const {
    if (value < 0) return negative;
    if (value < options_.least) return small;
    if (value > options_.most) return bins_ - 1;
    const int geometric = first_geometric + static_cast<int>(std::log(value / options_.least) / log_growth_);
    return std::min(geometric, bins_ - 2);
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
    for (std::int64_t seen = at(0, cell); seen <= rank; seen += at(bin, cell)) ++bin;
    if (bin == negative) return -std::numeric_limits<double>::infinity();
    if (bin == small) return 0;
    if (bin == bins_ - 1) return std::numeric_limits<double>::infinity();
    // the lower end times 2 growth / (growth + 1): as far from one end as from the other, relatively
    const double lower = options_.least * std::exp(log_growth_ * (bin - first_geometric));
    return lower * (1 + options_.relative_error);
}

}  // namespace kohort::uncertainty
