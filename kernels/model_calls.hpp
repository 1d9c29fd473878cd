// A model together with the values it reads beside time and states. Each function is compiled once, however often it is called.
// Values of the past are brought up to date before each call.
#pragma once

#include "base/macros.hpp"
#include "kernels/model_concept.hpp"
#include "kernels/past.hpp"

namespace kohort::kernels {

template <class Model, class V>
struct ModelCalls {
    const Model& model;
    const V* parameter;                   // [model units] (n_parameters)
    V* input;                             // [model units] (n_inputs + n_lookups)
    V* hoisted;                           // (n_hoisted), and behind them n_clock and n_kept
    const PastOf<Model>* past = nullptr;  // what the model looks back to; null if it does not
    int first_lane = 0;                   // in past

    [[gnu::noinline]] KOHORT_FUNCTION void hoist() const { model.hoist(parameter, input, hoisted); }
    /// Those that hoist_few of the model computes; all, if it has none.
    [[gnu::noinline]] KOHORT_FUNCTION void hoist_few() const {
        if constexpr (HoistsFew<Model>) {
            model.hoist_few(parameter, input, hoisted);
        } else {
            model.hoist(parameter, input, hoisted);
        }
    }
    [[gnu::noinline]] KOHORT_FUNCTION void initial(V t, V* y) const { model.initial(t, parameter, input, y); }
    [[gnu::noinline]] KOHORT_FUNCTION void rates(V t, const V* y, V* rate) const {
        look_back(t, y);
        model.rhs(t, y, parameter, input, hoisted, rate);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void jacobian(V t, const V* y, V* jacobian) const {
        look_back(t, y);
        model.jacobian(t, y, parameter, input, hoisted, jacobian);
    }
    /// The rates that a Rosenbrock stage needs: those of states that follow from others may be left alone.
    KOHORT_INLINE void free_rates(V t, const V* y, V* rate) const {
        if (has_dependent_states(model)) {
            rates_of_free_states(t, y, rate);
        } else {
            rates(t, y, rate);
        }
    }
    /// What factor wants.
    KOHORT_INLINE void free_jacobian(V t, const V* y, V* entries) const {
        if (keeps_values(model)) {
            jacobian_that_keeps(t, y, entries);
        } else if (has_dependent_states(model)) {
            jacobian_of_free_states(t, y, entries);
        } else {
            jacobian(t, y, entries);
        }
    }
    /// free_rates at the time and state that free_jacobian was called for last.
    KOHORT_INLINE void rates_after_jacobian(V t, const V* y, V* rate) const {
        if (keeps_values(model)) {
            rates_from_kept(t, y, rate);
        } else {
            free_rates(t, y, rate);
        }
    }
    [[gnu::noinline]] KOHORT_FUNCTION void time_derivative(V t, const V* y, V* derivative) const {
        look_back(t, y);
        model.time_derivative(t, y, parameter, input, hoisted, derivative);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void factor(V inverse_gamma_h, const V* jacobian, V* lu) const {
        model.factor(inverse_gamma_h, jacobian, lu);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void jacobian_times(const V* jacobian, const V* x, V* product) const
        requires MultipliesByJacobian<Model, V>
    {
        model.jacobian_times(jacobian, x, product);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void solve(const V* lu, V* b) const { model.solve(lu, b); }
    [[gnu::noinline]] KOHORT_FUNCTION void roots(V t, const V* y, V* root) const {
        look_back(t, y);
        model.roots(t, y, parameter, input, hoisted, root);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void conditions(V t, const V* y, V* condition) const {
        look_back(t, y);
        model.conditions(t, y, parameter, input, hoisted, condition);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void observe(V t, const V* y, V* observable) const {
        look_back(t, y);
        model.observe(t, y, parameter, input, hoisted, observable);
    }
    [[gnu::noinline]] KOHORT_FUNCTION void observe_rate(V t, const V* y, V* rate) const {
        look_back(t, y);
        model.observe_rate(t, y, parameter, input, hoisted, rate);
    }

    /// What time alone decides, where stages are in floats.
    [[gnu::noinline]] KOHORT_FUNCTION void clock([[maybe_unused]] V t, [[maybe_unused]] V* value) const {
        if constexpr (HasClock<Model, V>) model.clock(t, parameter, input, hoisted, value);
    }

    [[gnu::noinline]] KOHORT_FUNCTION void rates_of_free_states([[maybe_unused]] V t, [[maybe_unused]] const V* y,
                                                                [[maybe_unused]] V* rate) const {
        if constexpr (HasDependentStates<Model>) {
            look_back(t, y);
            model.free_rates(t, y, parameter, input, hoisted, rate);
        }
    }
    [[gnu::noinline]] KOHORT_FUNCTION void jacobian_of_free_states([[maybe_unused]] V t, [[maybe_unused]] const V* y,
                                                                   [[maybe_unused]] V* entries) const {
        if constexpr (HasDependentStates<Model>) {
            look_back(t, y);
            model.free_jacobian(t, y, parameter, input, hoisted, entries);
        }
    }

    [[gnu::noinline]] KOHORT_FUNCTION void jacobian_that_keeps([[maybe_unused]] V t, [[maybe_unused]] const V* y,
                                                               [[maybe_unused]] V* entries) const {
        if constexpr (KeepsValues<Model>) {
            look_back(t, y);
            const ModelSizes& sizes = model.sizes();
            model.keeping_jacobian(t, y, parameter, input, hoisted, hoisted + sizes.n_hoisted + sizes.n_clock, entries);
        }
    }
    [[gnu::noinline]] KOHORT_FUNCTION void rates_from_kept([[maybe_unused]] V t, [[maybe_unused]] const V* y,
                                                           [[maybe_unused]] V* rate) const {
        if constexpr (KeepsValues<Model>) {
            look_back(t, y);
            model.rates_after_jacobian(t, y, parameter, input, hoisted, rate);
        }
    }

    /// Fills the inputs beyond the model's own: values of the past as of this time.
    KOHORT_FUNCTION void look_back([[maybe_unused]] V t, [[maybe_unused]] const V* y) const {
        if constexpr (LooksBack<Model>) {
            if (past == nullptr) return;
            for (int place = 0; place < model.sizes().n_lookups; ++place) {
                const Lookup lookup = model.lookup(place);
                V delay(0.0);
                model.delay(place, t, y, parameter, input, hoisted, &delay);
                V& value = input[model.sizes().n_inputs + place];
                for (int lane = 0; lane < width_of<V>; ++lane)
                    set_lane(value, lane,
                             past->value(first_lane + lane, place, lookup.is_rate, get_lane(t, lane),
                                         get_lane(delay, lane), get_lane(y[lookup.state], lane)));
            }
        }
    }

    /// [model time] The shortest of the delays that a step must not go beyond; infinity for none.
    KOHORT_FUNCTION V shortest_delay([[maybe_unused]] V t, [[maybe_unused]] const V* y) const {
        V shortest(std::numeric_limits<double>::infinity());
        if constexpr (LooksBack<Model>) {
            look_back(t, y);
            for (int place = 0; place < model.sizes().n_lookups; ++place) {
                if (!model.lookup(place).feeds_back) continue;
                V delay(0.0);
                model.delay(place, t, y, parameter, input, hoisted, &delay);
                shortest = select(delay < shortest, delay, shortest);
            }
        }
        return shortest;
    }
};

}  // namespace kohort::kernels
