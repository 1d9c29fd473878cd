#include "uncertainty/unit_points.hpp"

#include "uncertainty/hash.hpp"
#include "uncertainty/permutation.hpp"
#include "uncertainty/scramble.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <cmath>

namespace kohort::uncertainty {

namespace {

// what a number of Purpose::design is for, as the occasion of its DrawId; never renumber
constexpr std::uint32_t for_keys = 0;
constexpr std::uint32_t for_monte_carlo = 1;

}  // namespace

UnitPoints::UnitPoints(const Options& options)
    : options_(options), sequence_(options.kind == PointKind::scrambled_sobol ? options.dimensions : 1) {
    KOHORT_CHECK(options.dimensions >= 1 && options.replicates >= 1);
    KOHORT_CHECK(options.kind != PointKind::latin_hypercube || options.samples >= 1);
    for (int replicate = 0; replicate < options.replicates; ++replicate) {
        streams_.push_back(random_key(options.seed, static_cast<std::uint32_t>(replicate)));
        for (int dimension = 0; dimension < options.dimensions; ++dimension) {
            const DrawId id{.twin = dimension, .purpose = Purpose::design, .occasion = for_keys};
            keys_.push_back(random_bits(streams_.back(), id));
        }
    }
}

double UnitPoints::at(int replicate, std::int64_t sample, int dimension) const {
    KOHORT_CHECK(replicate >= 0 && replicate < options_.replicates && sample >= 0);
    KOHORT_CHECK(dimension >= 0 && dimension < options_.dimensions);
    switch (options_.kind) {
        case PointKind::latin_hypercube: return stratified(sample, key(replicate, dimension));
        case PointKind::scrambled_sobol:
            return owen_coordinate(sequence_.bits(sample, dimension), key(replicate, dimension));
        case PointKind::monte_carlo: break;
    }
    return uniform(streams_[static_cast<std::size_t>(replicate)], {.twin = sample,
                                                                   .purpose = Purpose::design,
                                                                   .occasion = for_monte_carlo,
                                                                   .draw = static_cast<std::uint32_t>(dimension)});
}

std::uint64_t UnitPoints::key(int replicate, int dimension) const {
    return keys_[static_cast<std::size_t>(replicate) * static_cast<std::size_t>(options_.dimensions) +
                 static_cast<std::size_t>(dimension)];
}

/// McKay, Beckman, Conover 1979, doi:10.1080/00401706.1979.10489755: one sample in each stratum, uniform within it.
double UnitPoints::stratified(std::int64_t sample, std::uint64_t key) const {
    KOHORT_CHECK(sample < options_.samples);
    const auto stratum = static_cast<double>(permuted(sample, options_.samples, mixed(key)));
    const auto within = static_cast<double>((hashed(key, static_cast<std::uint64_t>(sample)) >> 11U) | 1U) * 0x1p-53;
    const double coordinate = (stratum + within) / static_cast<double>(options_.samples);
    return std::min(coordinate, 1.0 - 0x1p-53);  // the sum may round up to the end of the last stratum
}

}  // namespace kohort::uncertainty
