// The solution inside a step. All methods share one form, with s = (time - t) / h:
//   y(s) = y + s ((y_new - y) + (1 - s) (d_0 + s (d_1 + s d_2)))
// Written so, a state that does not change in the step is exactly the same inside it: flags and counts survive an event.
#pragma once

#include "base/lanes.hpp"

namespace kohort::kernels {

template <class V>
struct DenseOutput {
    const V* y;      // [model units] (n_states) at s = 0
    const V* y_new;  // (n_states) at s = 1
    const V* d;      // (n_terms, n_states)
    int n_terms;     // 2 or 3
    int n_states;

    KOHORT_FUNCTION void evaluate(V s, V* result) const {
        const V rest = V(1.0) - s;
        for (int state = 0; state < n_states; ++state) {
            V inner = d[n_states + state];
            if (n_terms == 3) inner = fma(s, d[2 * n_states + state], inner);
            inner = fma(s, inner, d[state]);
            inner = fma(rest, inner, y_new[state] - y[state]);
            result[state] = fma(s, inner, y[state]);
        }
    }
};

}  // namespace kohort::kernels
