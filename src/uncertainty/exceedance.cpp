#include "uncertainty/exceedance.hpp"

#include "base/errors.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace kohort::uncertainty {

Exceedance::Exceedance(int cells, std::vector<double> thresholds)
    : cells_(static_cast<std::size_t>(cells)), thresholds_(std::move(thresholds)) {
    KOHORT_CHECK(cells >= 1);
    counts_.resize((1 + thresholds_.size()) * cells_);
}

void Exceedance::add(int cell, std::span<const double> values) {
    KOHORT_CHECK(cell >= 0 && static_cast<std::size_t>(cell) < cells_);
    std::int64_t* const counts = counts_.data() + static_cast<std::size_t>(cell) * (1 + thresholds_.size());
    for (const double value : values) counts[0] += std::isnan(value) ? 0 : 1;
    for (std::size_t threshold = 0; threshold < thresholds_.size(); ++threshold) {
        for (const double value : values) counts[1 + threshold] += value > thresholds_[threshold] ? 1 : 0;  // not NaN
    }
}

void Exceedance::merge(const Exceedance& other) {
    KOHORT_CHECK(other.cells_ == cells_ && other.thresholds_ == thresholds_);
    for (std::size_t at = 0; at < counts_.size(); ++at) counts_[at] += other.counts_[at];
}

double Exceedance::probability(int cell, int threshold) const {
    if (count(cell) == 0) return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(above(cell, threshold)) / static_cast<double>(count(cell));
}

std::int64_t Exceedance::at(int row, int cell) const {
    KOHORT_CHECK(cell >= 0 && static_cast<std::size_t>(cell) < cells_);
    KOHORT_CHECK(row >= 0 && static_cast<std::size_t>(row) <= thresholds_.size());
    return counts_[static_cast<std::size_t>(cell) * (1 + thresholds_.size()) + static_cast<std::size_t>(row)];
}

}  // namespace kohort::uncertainty
