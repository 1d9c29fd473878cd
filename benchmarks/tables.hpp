// Tables beside work and precision, each made in one go. Every number is measured here and now.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>

namespace kohort::benchmarks {

/// Lane efficiency (steps that twins attempted over lane steps) of DM with Rodas4 at 1e-5, 8 lanes, for parameters of 0, 2,
/// 30 and 100 % CV and each kind of interruption, with failed twins beside CVODE's.
[[nodiscard]] nlohmann::json heterogeneity_table(std::int64_t n_twins);

/// Digits that agree with the published solutions of the Test Set for IVP Solvers at rtol 1e-6 and 1e-9.
[[nodiscard]] nlohmann::json published_table();

/// Wall time of one and two threads on DM and CP, interleaved, medians.
[[nodiscard]] nlohmann::json thread_table(std::int64_t n_twins, int repeats);

/// CPU time a twin with Rodas4 at 1e-5 on DM and CP, compiled for AVX-512 with 8 lanes, AVX2 with 4 and one lane, interleaved,
/// medians, and whether all observations have the same bits. On a processor with AVX-512 only.
[[nodiscard]] nlohmann::json target_table(std::int64_t n_twins, int repeats);

/// Flops a second with Rodas4 at 1e-5 on DM and CP, and with Tsit5 at 1e-8 on Lorenz, counted as executed (flops.hpp), beside the
/// measured peak of fused multiply-adds.
[[nodiscard]] nlohmann::json peak_table(std::int64_t n_twins, int repeats);

/// Seconds that the compiler takes for models of 12 to 400 states, nothing cached.
[[nodiscard]] nlohmann::json compile_table();

}  // namespace kohort::benchmarks
