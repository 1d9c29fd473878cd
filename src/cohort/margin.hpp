// Margins: the distribution of one attribute, as a map from a standard normal score to a value. Drawing scores that are
// correlated and mapping each through its margin is the Gaussian copula (Nelsen, An Introduction to Copulas, 2006, 2.3).
#pragma once

#include "cohort/description.hpp"

#include <memory>
#include <string>
#include <vector>

namespace kohort::cohort {

class Margin {
public:
    virtual ~Margin() = default;
    /// The value whose distribution function is that of the standard normal at score; rises with score.
    [[nodiscard]] virtual double value(double score) const = 0;
    /// The score of a value: -infinity below the support, infinity above it. Only asked of numeric margins.
    [[nodiscard]] virtual double score(double value) const = 0;
};

/// What values of a distribution are: a unit, and levels if it is categorical.
struct Measure {
    std::string unit;
    std::vector<std::string> levels;
};

/// The measure that the distribution's own numbers suggest: their unit, or "1"; its levels. Throws InputError if the
/// distribution or one of its keys is unknown.
[[nodiscard]] Measure measure_of(const Distribution& distribution, const std::string& folder);

/// Checks the numbers, converts them to unit, and cuts at min and max. Throws InputError naming the place.
[[nodiscard]] std::unique_ptr<const Margin> make_margin(const Distribution& distribution, const std::string& unit,
                                                        const std::string& folder);

}  // namespace kohort::cohort
