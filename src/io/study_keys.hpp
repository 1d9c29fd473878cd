// The keys of a study file, section by section. The reader refuses every other key; cohorts/study.schema.json, which
// editors use, is checked against these lists by a test.
#pragma once

#include <array>
#include <string_view>

namespace kohort::io::study_keys {

using Key = std::string_view;

inline constexpr Key schema_name = "kohort-trial/1";

inline constexpr auto study = std::to_array<Key>({"schema", "name", "title", "seed", "model", "cohort", "eligibility",
                                                  "arms", "duration", "visits", "challenges", "outcomes", "endpoints",
                                                  "dropout", "randomisation", "analyses", "operating_characteristics"});
inline constexpr auto model = std::to_array<Key>(
    {"use", "file", "solver", "prepare", "prepare_holding", "parameters", "inputs"});
inline constexpr auto solver = std::to_array<Key>(
    {"method", "rtol", "atol", "step", "max_step", "max_steps", "moieties", "precision", "audit"});
inline constexpr auto cohort = std::to_array<Key>({"use", "file", "persons", "enrol"});  // and cohort_keys
inline constexpr auto eligibility = std::to_array<Key>({"include", "exclude"});
inline constexpr auto limits = std::to_array<Key>({"min", "max"});
inline constexpr auto arm = std::to_array<Key>({"id", "role", "dosing", "adherence", "inputs", "parameters"});
inline constexpr auto dose = std::to_array<Key>({"time", "amt", "cmt", "rate", "dur", "ii", "addl", "ss"});
inline constexpr auto dosing_table = std::to_array<Key>({"file", "sha256", "units", "cmt", "ignore"});
inline constexpr auto adherence = std::to_array<Key>({"mean", "sd"});
inline constexpr auto input_change = std::to_array<Key>({"time", "input", "value", "lasting"});
inline constexpr auto visit = std::to_array<Key>({"id", "at"});
inline constexpr auto challenge = std::to_array<Key>({"id", "at", "inputs", "dosing", "follow"});
inline constexpr auto outcome = std::to_array<Key>(
    {"id", "of", "op", "unit", "at", "before_dose", "challenge", "from", "to", "threshold", "measurement_error"});
inline constexpr auto measurement_error = std::to_array<Key>({"sd", "cv"});
inline constexpr auto dropout = std::to_array<Key>({"rate", "share", "by"});
inline constexpr auto endpoint = std::to_array<Key>(
    {"id", "of", "type", "value", "visit", "transform", "at_most", "at_least"});
inline constexpr auto randomisation = std::to_array<Key>({"n", "ratio", "method", "blocks", "strata"});
inline constexpr auto analysis = std::to_array<Key>(
    {"id", "endpoint", "method", "covariates", "reference", "alpha", "variance", "test", "interval"});
inline constexpr auto operating_characteristics = std::to_array<Key>({"trials", "mode", "report"});

// kohort-uncertainty/1; its model, doses and changes of inputs have the keys above
inline constexpr auto uncertainty = std::to_array<Key>({"schema", "name", "title", "seed", "model", "schedule",
                                                        "duration", "inputs", "correlation", "outputs", "design",
                                                        "analysis"});
inline constexpr auto input_kinds = std::to_array<Key>({"parameter", "factor", "initial", "covariate", "schedule"});
inline constexpr auto outputs = std::to_array<Key>({"times", "variables", "features", "report_at"});
inline constexpr auto times = std::to_array<Key>({"from", "to", "every"});
inline constexpr auto variable = std::to_array<Key>({"unit", "range"});
inline constexpr auto output_feature = std::to_array<Key>(
    {"id", "of", "op", "unit", "from", "to", "threshold", "range"});
inline constexpr auto design = std::to_array<Key>(
    {"kind", "points", "n", "replicates", "second_order", "extendable", "levels", "window", "degree", "hyperbolic"});
inline constexpr auto uncertainty_analysis = std::to_array<Key>(
    {"first", "total", "level", "quantiles", "relative_error", "exceedance", "stop"});
inline constexpr auto exceedance = std::to_array<Key>({"of", "above"});
inline constexpr auto stop = std::to_array<Key>({"when", "of", "below", "check_every"});

}  // namespace kohort::io::study_keys
