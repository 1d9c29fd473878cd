// A model together with the values it reads beside time and states. Each function is compiled once, however often it is called.
#pragma once

#include "base/macros.hpp"
#include "kernels/model_concept.hpp"

namespace kohort::kernels {

template <class Model, class V>
struct ModelCalls {
    const Model& model;
    const V* parameter;  // [model units] (n_parameters)
    const V* input;      // [model units] (n_inputs)
    V* hoisted;          // (n_hoisted)

    [[gnu::noinline]] KOHORT_FUNCTION void hoist() const { model.hoist(parameter, input, hoisted); }
    [[gnu::noinline]] KOHORT_FUNCTION void initial(V t, V* y) const { model.initial(t, parameter, input, y); }
    [[gnu::noinline]] KOHORT_FUNCTION void rates(V t, const V* y, V* rate) const {
        model.rhs(t, y, parameter, input, hoisted, rate);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void jacobian(V t, const V* y, V* jacobian) const {
        model.jacobian(t, y, parameter, input, hoisted, jacobian);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void time_derivative(V t, const V* y, V* derivative) const {
        model.time_derivative(t, y, parameter, input, hoisted, derivative);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void factor(V inverse_gamma_h, const V* jacobian, V* lu) const {
        model.factor(inverse_gamma_h, jacobian, lu);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void solve(const V* lu, V* b) const { model.solve(lu, b); }
    [[gnu::noinline]] KOHORT_FUNCTION void roots(V t, const V* y, V* root) const {
        model.roots(t, y, parameter, input, hoisted, root);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void conditions(V t, const V* y, V* condition) const {
        model.conditions(t, y, parameter, input, hoisted, condition);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void observe(V t, const V* y, V* observable) const {
        model.observe(t, y, parameter, input, hoisted, observable);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void observe_rate(V t, const V* y, V* rate) const {
        model.observe_rate(t, y, parameter, input, hoisted, rate);
    }
};

}  // namespace kohort::kernels
