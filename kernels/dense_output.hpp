// The solution inside a step. All methods share one form, with s = (time - t) / h:
//   y(s) = y + s ((y_new - y) + (1 - s) (d_0 + s (d_1 + s d_2)))     and so on, where there are more terms
// Written so, a state that does not change in the step is exactly the same inside it: flags and counts survive an event.
#pragma once

#include "base/lanes.hpp"

#include <type_traits>

namespace kohort::kernels {

/// Some of a model's states.
struct StateList {
    const int* state;  // (count)
    int count;
};

/// How many numbers of each state describe a step of a method with so many terms.
KOHORT_FUNCTION constexpr int dense_numbers(int n_terms) { return 2 + n_terms; }

template <class V>
struct DenseOutput {
    const V* number;   // [model units] (filled.count, dense_numbers): y, y_new - y, d_0, d_1, ...
    int n_terms;       // at least 2
    StateList filled;  // of which states

    /// Writes the states that are filled.
    KOHORT_FUNCTION void evaluate(V s, V* result) const {
        if (n_terms == 2) return evaluate_terms(std::integral_constant<int, 2>(), s, result);
        if (n_terms == 3) return evaluate_terms(std::integral_constant<int, 3>(), s, result);
        evaluate_terms(n_terms, s, result);
    }

private:
    /// count: known when compiling, so that no loop is left, or not.
    template <class Count>
    KOHORT_INLINE void evaluate_terms(Count count, V s, V* result) const {
        const V rest = V(1.0) - s;
        const V* of_state = number;
        for (int place = 0; place < filled.count; ++place, of_state += dense_numbers(count)) {
            const V* const d = of_state + 2;
            V inner = d[count - 1];
            for (int term = count - 2; term >= 0; --term) inner = fma(s, inner, d[term]);
            inner = fma(rest, inner, of_state[1]);
            result[filled.state[place]] = fma(s, inner, of_state[0]);
        }
    }
};

/// Writes the first two numbers of a state at a place, and returns where the terms go.
template <class Workspace>
KOHORT_INLINE auto* begin_dense(const Workspace& w, int place, int state, int n_terms) {
    auto* const number = w.dense + place * dense_numbers(n_terms);
    number[0] = w.y[state];
    number[1] = w.y_new[state] - w.y[state];
    return number + 2;
}

}  // namespace kohort::kernels
