// A model made ready for one study: what to observe, where doses go, everything lowered to lists of graph nodes.
// The kernel source and the interpreter are both made from a Program, so they compute the same operations in the same order.
#pragma once

#include "base/lookup.hpp"
#include "codegen/dependent_states.hpp"
#include "model/model.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kohort::codegen {

/// What a study asks of a model.
struct LowerOptions {
    std::vector<std::string> observables{};  // names of states, observables, parameters or inputs, in the wanted order; empty: all outputs and features of the model
    std::vector<std::string> integrals{};  // names to integrate over time: each adds a state "integral(name)" and an observable of that name after the others
    std::vector<std::string> infusion_targets{};  // states that receive infusions: each adds an input "infusion(name)" with default 0 to the state's rate
    bool follow_moieties = true;  // states that follow from others by what is conserved are not solved for
};

/// How much faster than written a fast rate is taken. 1e-14 of the written time scale is lost in rounding beside any other,
/// and yet long enough for clocks in double to tell its parts apart; where a fast rate vanishes together with its slope, the
/// slow part stays in charge.
inline constexpr double steepness = 1e14;

/// One entry of the Jacobian that is not structurally zero.
struct JacobianEntry {
    std::uint32_t row = 0;
    std::uint32_t column = 0;
    model::NodeId value;
};

/// A value of the past. It stands behind the inputs, in the order of Program::lookups; a delay may use earlier ones.
struct LookedUp {
    Lookup rule;
    model::NodeId value;  // the leaf
    model::NodeId delay;  // [model time]
};

struct Program {
    model::Model model;  // states, parameters, inputs after lowering; their order is the order of every array
    std::vector<model::NodeId> rates;     // (n_states)
    std::vector<JacobianEntry> jacobian;  // sorted by row, then column
    std::vector<Followed> dependent;      // (n_dependent) what the first states follow from
    std::vector<std::uint32_t> old_of_new;  // (n_states) where states stood before these came first; empty if there are none
    std::vector<JacobianEntry> free_jacobian;    // of the others, by these; empty where there are no dependent states
    std::vector<model::NodeId> time_derivative;  // (n_states) d rate / d time, explicit part
    std::vector<model::NodeId> initial;          // (n_states) over parameters, inputs and time
    std::vector<std::string> observable_names;   // (n_observables)
    std::vector<model::NodeId> observables;      // (n_observables)
    std::vector<model::NodeId> observable_rates;  // (n_observables) total time derivative along the solution, for extremes
    std::vector<model::NodeId> roots;  // (n_roots) a - b of every relation in an event condition, then of every other relation that depends on time but not on states, with one that changes its sign where fmod, floor, ... of time jump
    std::uint32_t n_event_roots = 0;   // the first ones, which can fire events; the others only end a step
    bool instants_matter = false;      // see base/model_sizes.hpp
    std::uint32_t n_observed_roots = 0;  // the last ones, which no rate reads: they end one only where observables are watched inside
    std::vector<LookedUp> lookups;  // (n_lookups)
    std::uint32_t n_integrals = 0;  // the last states integrate observables
    std::uint32_t n_massless = 0;   // the first states are of kind algebraic: their rates are what must be 0
    std::uint32_t n_fast = 0;       // the next ones are of kind fast: their rates are steep, see steepness
    // model.events gives conditions (0 or 1 after lowering) and assignments
};

/// Lowers model for a study. Throws InputError naming the symbol for an unknown observable, integral or infusion target.
[[nodiscard]] Program lower(model::Model model, const LowerOptions& options);

/// The program as text with one spelling: names, units and every operation, constants by their bits. Parameter values
/// and comments are left out, because no compiled code depends on them.
[[nodiscard]] std::string canonical_text(const Program& program);

/// SHA-256 of canonical_text, 64 hexadecimal digits: the identity of a program in caches and results.
[[nodiscard]] std::string hash_of(const Program& program);

}  // namespace kohort::codegen
