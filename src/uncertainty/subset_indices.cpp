#include "uncertainty/subset_indices.hpp"

#include "base/errors.hpp"

#include <bit>
#include <limits>

namespace kohort::uncertainty {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// (size)! (others)! / (size + others + 1)!: how often, among orders of all groups, these come before one and those after it
double weight(int size, int others) {
    double product = 1.0 / (size + others + 1);
    for (int k = 1; k <= size; ++k) product *= static_cast<double>(k) / (others + k);
    return product;
}

}  // namespace

std::vector<std::uint32_t> all_subsets(int groups) {
    KOHORT_CHECK(groups >= 2 && groups <= 20);
    std::vector<std::uint32_t> sets;
    for (std::uint32_t set = 1; set + 1 < std::uint32_t{1} << static_cast<unsigned>(groups); ++set) sets.push_back(set);
    return sets;
}

std::vector<double> shapley_effects(const CellSums& sums, int groups, Estimator total) {
    const std::uint32_t full = (std::uint32_t{1} << static_cast<unsigned>(groups)) - 1;
    KOHORT_CHECK(sums.frozen.size() == full - 1);
    std::vector<double> effects(static_cast<std::size_t>(groups), nan);
    if (!resolved(sums)) return effects;
    std::vector<double> worth(full + std::size_t{1}, 0.0);
    worth[full] = 1.0;
    for (std::uint32_t set = 1; set < full; ++set) worth[set] = total_order(sums, static_cast<int>(set - 1), total);
    for (int group = 0; group < groups; ++group) {
        const std::uint32_t bit = std::uint32_t{1} << static_cast<unsigned>(group);
        double& effect = effects[static_cast<std::size_t>(group)];
        effect = 0;
        for (std::uint32_t set = 0; set <= full; ++set) {
            if ((set & bit) != 0) continue;
            const int size = std::popcount(set);
            effect += weight(size, groups - 1 - size) * (worth[set | bit] - worth[set]);
        }
    }
    return effects;
}

std::vector<std::uint32_t> levels_below(int levels) {
    KOHORT_CHECK(levels >= 2 && levels <= 32);
    const std::uint32_t full = levels == 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << static_cast<unsigned>(levels)) - 1;
    std::vector<std::uint32_t> sets;
    for (int level = 1; level < levels; ++level)
        sets.push_back(full >> static_cast<unsigned>(level) << static_cast<unsigned>(level));
    return sets;
}

std::vector<double> variance_split(const CellSums& sums, int levels, Estimator total) {
    KOHORT_CHECK(std::ssize(sums.frozen) == levels - 1);
    std::vector<double> shares(static_cast<std::size_t>(levels), nan);
    if (!resolved(sums)) return shares;
    double left = 1.0;  // of the variance, when the levels above are known
    for (int level = 0; level < levels; ++level) {
        const double below = level + 1 < levels ? total_order(sums, level, total) : 0.0;
        shares[static_cast<std::size_t>(level)] = left - below;
        left = below;
    }
    return shares;
}

}  // namespace kohort::uncertainty
