// Random numbers without state or order: each is a pure function of who asks for what (Philox4x32-10; Salmon, Moraes,
// Dror, Shaw, SC'11, doi:10.1145/2063384.2063405). The same question has the same answer on any rank, in any order.
//
//     const RandomKey key = random_key(study_seed);
//     const double z = normal(key, {.twin = 17, .purpose = Purpose::covariates, .draw = 3});
#pragma once

#include <array>
#include <cstdint>

namespace kohort {

/// What a number is drawn for. Values are part of the results' reproducibility: never renumber, only append (up to 255).
enum class Purpose : std::uint8_t {
    covariates = 1,     // who the person is
    parameters = 2,     // how the person's body differs from the typical one
    persons = 3,        // which row of a table of persons
    randomisation = 4,  // which arm
    resampling = 5,     // which members of a bank take part in a repeated trial
    assay_noise = 6,
    adherence = 7,
    dose_timing = 8,
    dropout = 9,
    enrolment = 10,
    occasion = 11,  // variability from occasion to occasion
    design = 12,    // scrambling and shuffling of sampling designs
    bootstrap = 13,
    event_order = 14,  // which of a model's simultaneous events of equal priority comes first
};

/// Chooses one of 2^64 unrelated sequences.
struct RandomKey {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    friend bool operator==(RandomKey, RandomKey) = default;
};

/// The key of a study's stream. Streams of one seed are unrelated: Philox itself scatters (seed, stream) over the keys.
[[nodiscard]] RandomKey random_key(std::uint64_t seed, std::uint32_t stream = 0);

/// Which number: 64 bits of twin, 8 of purpose, 24 of occasion, 32 of draw make Philox' counter.
struct DrawId {
    std::int64_t twin = 0;
    Purpose purpose = Purpose::covariates;
    std::uint32_t occasion = 0;  // below max_occasions: a visit, a trial number, an attempt
    std::uint32_t draw = 0;
};
inline constexpr std::uint32_t max_occasions = 1U << 24;

/// Ten rounds of Philox4x32.
[[nodiscard]] std::array<std::uint32_t, 4> philox_block(std::array<std::uint32_t, 4> counter, RandomKey key);

/// 64 random bits.
[[nodiscard]] std::uint64_t random_bits(RandomKey key, const DrawId& id);

/// Uniform on the open interval (0, 1): the odd multiples of 2^-53, so 1 - u is exact and never 0 or 1.
[[nodiscard]] double uniform(RandomKey key, const DrawId& id);

/// Standard normal: normal_quantile(uniform(...)), between -8.21 and 8.21.
[[nodiscard]] double normal(RandomKey key, const DrawId& id);

/// Uniform on 0, 1, ..., n - 1 for 1 <= n; probabilities differ from 1/n by less than 2^-64.
[[nodiscard]] std::uint64_t uniform_below(RandomKey key, const DrawId& id, std::uint64_t n);

/// Inverse of the standard normal distribution function for 0 < p < 1 (relative error about 1e-16).
/// Wichura 1988, algorithm AS 241 (PPND16), Applied Statistics 37:477-484, doi:10.2307/2347330.
[[nodiscard]] double normal_quantile(double p);

/// The standard normal distribution function, also accurate far in the lower tail.
[[nodiscard]] double normal_cdf(double z);

}  // namespace kohort
