#include "uncertainty/log_histogram.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
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

[[gnu::always_inline]] inline Shorts8 LogHistogram::bins_of(Doubles8 value) const {
    constexpr std::int64_t without_sign = std::numeric_limits<std::int64_t>::max();
    const std::int64_t small = small_bin();
    const auto size_bits = reinterpret_cast<Integers8>(value) & without_sign;
    const auto size = reinterpret_cast<Doubles8>(size_bits);
    const Integers8 is_geometric = (size >= options_.least) & (size <= options_.most);  // all bits, or none
    const Integers8 kept = is_geometric ? size_bits : Integers8{} + std::bit_cast<std::int64_t>(options_.least);
    const Integers8 begun = gathered(bin_of_.data(), (kept >> segment_shift_) - static_cast<std::int64_t>(first_segment_));
    const Integers8 geometric = begun - (reinterpret_cast<Doubles8>(kept) >= gathered(ends_.data(), begun));
    Integers8 bin = value < 0.0 ? small - 1 - geometric : small + 1 + geometric;
    bin = is_geometric ? bin : Integers8{} + small;
    bin = value > options_.most ? Integers8{} + (bins_ - 1) : bin;
    bin = value < (options_.mirrored ? -options_.most : 0.0) ? Integers8{} : bin;
    bin = value == value ? bin : Integers8{} - 1;  // not NaN
    return __builtin_convertvector(bin, Shorts8);
}

void LogHistogram::find(std::span<const double> values, std::int32_t* bins) const {
    std::size_t at = 0;
    for (; at + integer_lanes <= values.size(); at += integer_lanes) {
        const Shorts8 found = bins_of(loaded<Doubles8>(values.data() + at));
        std::memcpy(bins + at, &found, sizeof found);
    }
    if (at == values.size()) return;
    Doubles8 rest{};
    std::copy(values.begin() + static_cast<std::ptrdiff_t>(at), values.end(), reinterpret_cast<double*>(&rest));
    const Shorts8 found = bins_of(rest);
    std::memcpy(bins + at, &found, (values.size() - at) * sizeof(std::int32_t));
}

void LogHistogram::fetch(int cell, std::span<const std::int32_t> bins) const {
    const std::int32_t* const counts = counts_of(cell);
    for (const std::int32_t bin : bins) __builtin_prefetch(counts + std::max(bin, 0), 1);
}

void LogHistogram::count(int cell, std::span<const std::int32_t> bins) {
    KOHORT_CHECK(cell >= 0 && cell < options_.cells);
    std::int32_t* const counts = counts_.data() + static_cast<std::ptrdiff_t>(cell) * bins_;
    for (const std::int32_t bin : bins) {
        if (bin >= 0) ++counts[bin];
    }
}

void LogHistogram::add(int cell, std::span<const double> values) {
    constexpr std::size_t together = 32;
    std::array<std::int32_t, together> bins;
    for (std::size_t first = 0; first < values.size(); first += together) {
        const std::span<const double> part = values.subspan(first, std::min(together, values.size() - first));
        find(part, bins.data());
        count(cell, std::span(bins).first(part.size()));
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
