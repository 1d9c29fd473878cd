// The solution inside a step. All methods share one form, with s = (time - t) / h:
//   y(s) = y + s ((y_new - y) + (1 - s) (d_0 + s (d_1 + s d_2)))     and so on, where there are more terms
// Written so, a state that does not change in the step is exactly the same inside it: flags and counts survive an event.
#pragma once

#include "base/lanes.hpp"

namespace kohort::kernels {

/// Some of a model's states.
struct StateList {
    const int* state;  // (count)
    int count;
};

template <class V>
struct DenseOutput {
    const V* y;      // [model units] (n_states) at s = 0
    const V* y_new;  // (n_states) at s = 1
    const V* d;      // (n_terms, n_states)
    int n_terms;     // at least 2
    int n_states;
    StateList filled;  // where d holds numbers

    /// Writes the states that are filled.
    KOHORT_FUNCTION void evaluate(V s, V* result) const {
        const V rest = V(1.0) - s;
        for (int place = 0; place < filled.count; ++place) {
            const int state = filled.state[place];
            V inner = d[(n_terms - 1) * n_states + state];
            for (int term = n_terms - 2; term >= 0; --term) inner = fma(s, inner, d[term * n_states + state]);
            inner = fma(rest, inner, y_new[state] - y[state]);
            result[state] = fma(s, inner, y[state]);
        }
    }
};

}  // namespace kohort::kernels
