// Quantiles with a promised relative error, by counting values in bins that grow geometrically.
//
//     LogHistogram histogram({.cells = 289, .least = 0.1, .most = 60, .relative_error = 0.005});
//     histogram.add(17, values);                          // of a cell, in any order
//     const double median = histogram.quantile(17, 0.5);  // within 0.5 % of a value of that rank
//
// DDSketch with fixed bins: Masson, Rim, Lee 2019, doi:10.14778/3352063.3352135, section 2. Merging is adding integers.
#pragma once

#include "uncertainty/integer_lanes.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kohort::uncertainty {

class LogHistogram {
public:
    struct Options {
        int cells = 0;
        double least = 0.0;     // > 0: values from 0 to below this are told from others, not from each other
        double most = 0.0;      // > least: values above, and negative ones, are counted as out of range
        bool mirrored = false;  // negative values have bins like positive ones; below -most is out of range
        double relative_error = 0.005;
    };
    explicit LogHistogram(const Options& options);

    /// values: (runs) of one cell; NaN is missing. Threads may add to different cells at the same time.
    void add(int cell, std::span<const double> values);
    /// The same in three steps, between which there is other work while memory answers: where values belong, -1 for NaN;
    /// these places on their way into the cache; the counting.
    void find(std::span<const double> values, std::int32_t* bins) const;
    void fetch(int cell, std::span<const std::int32_t> bins) const;
    void count(int cell, std::span<const std::int32_t> bins);
    void merge(const LogHistogram& other);

    /// Values counted, those out of range included.
    [[nodiscard]] std::int64_t count(int cell) const;
    /// Below zero, or below -most if mirrored.
    [[nodiscard]] std::int64_t below_least(int cell) const { return counts_of(cell)[0]; }
    [[nodiscard]] std::int64_t above_most(int cell) const { return counts_of(cell)[bins_ - 1]; }

    /// The value of rank floor(p (count - 1)), counted from 0, for 0 <= p <= 1: within relative_error of it, or 0 if it is
    /// below `least`. NaN without values; minus or plus infinity where that value is out of range.
    [[nodiscard]] double quantile(int cell, double p) const;

    /// The whole state: ranks add these.
    [[nodiscard]] std::span<std::int32_t> integers() { return counts_; }
    [[nodiscard]] std::span<const std::int32_t> integers() const { return counts_; }
    [[nodiscard]] int bins() const { return bins_; }

private:
    void make_segments();
    [[nodiscard]] Shorts8 bins_of(Doubles8 value) const;
    [[nodiscard]] int small_bin() const { return options_.mirrored ? 1 + geometric_ : 1; }
    [[nodiscard]] const std::int32_t* counts_of(int cell) const;

    Options options_;
    double log_growth_;                 // of the bins' upper ends
    int geometric_;                     // bins from least to most
    std::vector<double> ends_;          // (geometric bins) the least value above each
    int segment_shift_;                 // bits of a double that do not tell one segment from the next
    std::uint64_t first_segment_;       // the one of least
    std::vector<std::int32_t> bin_of_;  // (segments) geometric bin of a segment's least value
    int bins_;                          // out of range, (mirrored geometric ones,) small, geometric ones, above most
    std::vector<std::int32_t> counts_;  // (cells, bins)
};

}  // namespace kohort::uncertainty
