// Points of the unit cube, keyed and with random access: sample i of replicate r without the others, on any rank.
//
//     const UnitPoints points({.kind = PointKind::scrambled_sobol, .dimensions = 40, .replicates = 8, .seed = 20240501});
//     const double u = points.at(3, 1023, 17);
#pragma once

#include "uncertainty/sobol_sequence.hpp"

#include "base/random.hpp"

#include <cstdint>
#include <vector>

namespace kohort::uncertainty {

enum class PointKind { monte_carlo, latin_hypercube, scrambled_sobol };

/// Replicates are independent randomisations of one design; their spread is what intervals are made of.
class UnitPoints {
public:
    struct Options {
        PointKind kind = PointKind::scrambled_sobol;
        int dimensions = 1;  // up to max_sobol_dimensions for scrambled_sobol
        int replicates = 1;
        std::int64_t samples = 0;  // of each replicate; only latin_hypercube needs it: its strata are 1/samples wide
        std::uint64_t seed = 0;
    };
    explicit UnitPoints(const Options& options);

    /// Uniform on the open interval (0, 1) for any fixed argument; replicates, dimensions and samples count from 0.
    /// The first 2^m samples of scrambled_sobol stay what they are when more are taken.
    [[nodiscard]] double at(int replicate, std::int64_t sample, int dimension) const;

    [[nodiscard]] const Options& options() const { return options_; }

private:
    [[nodiscard]] std::uint64_t key(int replicate, int dimension) const;
    [[nodiscard]] double stratified(std::int64_t sample, std::uint64_t key) const;

    Options options_;
    SobolSequence sequence_;
    std::vector<RandomKey> streams_;   // (replicates)
    std::vector<std::uint64_t> keys_;  // (replicates, dimensions)
};

}  // namespace kohort::uncertainty
