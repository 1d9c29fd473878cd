// A Rosenbrock step begins with the Jacobian and the rates of one time and state, and both call the same tanh, pow and their
// like. Where that is a good part of the rates, the Jacobian leaves these values behind the hoisted ones, and rates that come
// after it load them: the same values, so the same bits.
#pragma once

#include "codegen/tape.hpp"

namespace kohort::codegen {

/// Without them at most a twentieth of one of six evaluations of rates in a step is saved, for a function more to compile.
inline constexpr double least_part_kept = 0.05;     // of the operations of rates, in calls
inline constexpr double operations_of_call = 10.0;  // see is_call

struct KeptValues {
    Tape jacobian;  // of what is factored; Tape::kept are what it leaves
    Tape rates;     // of the states that are solved for, after the Jacobian; both have no outputs where nothing is kept
};

/// jacobian and rates are what a step calls otherwise, made with this hoisting and these uses; rate_values are the outputs of
/// rates. What is kept lies from first_slot on.
[[nodiscard]] KeptValues plan_kept_values(const model::Graph& graph, const Tape& jacobian, const Tape& rates,
                                          std::span<const model::NodeId> rate_values, Hoisting hoisting,
                                          std::uint32_t first_slot, const std::vector<std::uint32_t>& uses);

}  // namespace kohort::codegen
