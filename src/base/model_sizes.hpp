// How large a generated or interpreted model is: the lengths of every array that an integrator keeps for it.
#pragma once

namespace kohort {

struct ModelSizes {
    int n_states = 0;
    int n_dependent = 0;  // the first states follow from the others, see codegen/dependent_states.hpp; 0 where n_implicit() is not
    int n_integrals = 0;  // the last n_integrals states integrate observables: no steady state is asked of them
    int n_parameters = 0;
    int n_inputs = 0;
    int n_hoisted = 0;  // values that depend on parameters and inputs only, computed once per twin and change
    int n_clock = 0;    // values that only time and these decide, behind the hoisted ones: of models in mixed precision
    int n_kept = 0;     // values behind all these that the Jacobian leaves for rates, see codegen/kept_values.hpp
    int n_observables = 0;
    int n_roots = 0;
    int n_event_roots = 0;     // the first n_event_roots come from event conditions; the others only cut the step
    int n_observed_roots = 0;  // the last ones, which no rate reads: they cut it only where something is watched inside
    int n_events = 0;
    int n_pending = 0;        // events that can wait at one time, where they happen in turn; 0: events happen together
    int n_event_values = 0;   // the most values that one event assigns, where events happen in turn
    int n_jacobian = 0;       // entries of the Jacobian that are not structurally zero
    int n_free_jacobian = 0;  // of the one without dependent states, where there are some
    int n_lookups = 0;        // values of the past, which lie behind the inputs
    int n_massless = 0;       // the first states are algebraic: their rate is what must be 0
    int n_fast = 0;           // the next ones are at rest at every time: their rates are steep
    int n_implicit_jacobian = 0;  // the first entries of the Jacobian, in the rows of these states
    int n_inside = 0;             // states that observables, their rates, conditions and roots read
    int n_observed = 0;           // the first of these are all that observables read
    int n_lu = 0;                 // entries of its LU factors, fill-in included
    bool instants_matter = true;  // a condition of an event may hold at the very time at which a root is 0 and neither before nor after it
    bool affine = false;     // rates are A y + b with A and b that change with parameters and inputs only
    bool autonomous = true;  // no rate depends on time explicitly, so time_derivative is zero

    [[nodiscard]] constexpr int n_implicit() const { return n_massless + n_fast; }
    /// Entries of the matrix that is factored.
    [[nodiscard]] constexpr int n_solved_jacobian() const { return n_dependent > 0 ? n_free_jacobian : n_jacobian; }

    friend constexpr bool operator==(const ModelSizes&, const ModelSizes&) = default;
};

}  // namespace kohort
