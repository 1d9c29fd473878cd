#include "uncertainty/ranges.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kohort::uncertainty {

namespace {

// On each side, in widths of what the first runs span: 16 leaves steps of 3e-8 widths, and log-normal tails far behind.
constexpr double margin = 16;

struct Span {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    void add(double value) {
        if (!std::isfinite(value)) return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    [[nodiscard]] bool empty() const { return low > high; }
};

QuantityRange from_declared(ValueGrid::Range range) {
    return {.range = range,
            .largest = std::max(std::abs(range.low), std::abs(range.high)),
            .signed_values = range.low < 0,
            .declared = true};
}

QuantityRange from_pilot(Span span) {
    double width = span.high - span.low;
    if (width == 0) width = (span.high == 0 ? 1.0 : std::abs(span.high)) / margin;  // the same in all first runs
    const ValueGrid::Range range{span.low - margin * width, span.high + margin * width};
    return {.range = range,
            .largest = std::max(std::abs(span.low), std::abs(span.high)) + 3 * width,
            .signed_values = span.low < 0,
            .declared = false};
}

}  // namespace

std::vector<QuantityRange> find_ranges(const Cells& cells, std::span<const std::optional<ValueGrid::Range>> declared,
                                       std::span<const double> pilot) {
    KOHORT_CHECK(std::ssize(declared) == cells.n_variables() + cells.n_features());
    std::vector<Span> spans(declared.size());
    const auto width = static_cast<std::size_t>(cells.count());
    for (std::size_t run = 0; run < pilot.size(); run += width) {
        for (int cell = 0; cell < cells.failure(); ++cell)
            spans[static_cast<std::size_t>(cells.quantity_of(cell))].add(pilot[run + static_cast<std::size_t>(cell)]);
    }
    std::vector<QuantityRange> ranges;
    for (std::size_t quantity = 0; quantity < declared.size(); ++quantity) {
        if (declared[quantity]) {
            ranges.push_back(from_declared(*declared[quantity]));
            continue;
        }
        const auto n_variables = cells.variables.size();
        const std::string& name = quantity < n_variables ? cells.variables[quantity]
                                                         : cells.features[quantity - n_variables];
        if (spans[quantity].empty())
            throw InputError(
                {}, "none of the first " + std::to_string(pilot.size() / width) + " runs gives " + name + " a value",
                "look at one run with kohort replay, or declare a range for it");
        ranges.push_back(from_pilot(spans[quantity]));
    }
    ranges.push_back({.range = {0, 1}, .largest = 1, .signed_values = false, .declared = true});  // the failure
    return ranges;
}

}  // namespace kohort::uncertainty
