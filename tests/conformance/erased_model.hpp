// Many generated models behind one type: a table of their functions. The integrators are compiled once for all of them, and
// each model's own code a few at a time, so that a thousand models can be run compiled.
#pragma once

#include "kernels/model_concept.hpp"

#include <type_traits>

namespace kohort::conformance {

inline constexpr int erased_lanes = 4;

template <class V>
struct ErasedFunctions {
    void (*hoist)(const V* p, const V* u, V* h);
    void (*initial)(V t, const V* p, const V* u, V* y);
    void (*rhs)(V t, const V* y, const V* p, const V* u, const V* h, V* dy);
    void (*jacobian)(V t, const V* y, const V* p, const V* u, const V* h, V* jac);
    void (*time_derivative)(V t, const V* y, const V* p, const V* u, const V* h, V* ft);
    void (*factor)(V inverse_gamma_h, const V* jac, V* lu);
    void (*solve)(const V* lu, V* b);
    void (*jacobian_times)(const V* jac, const V* x, V* product);
    void (*roots)(V t, const V* y, const V* p, const V* u, const V* h, V* g);
    void (*conditions)(V t, const V* y, const V* p, const V* u, const V* h, V* c);
    void (*observe)(V t, const V* y, const V* p, const V* u, const V* h, V* o);
    void (*observe_rate)(V t, const V* y, const V* p, const V* u, const V* h, V* od);
    void (*delay)(int place, V t, const V* y, const V* p, const V* u, const V* h, V* delay);  // null: it does not look back
    // null: no states follow from others
    void (*free_rates)(V t, const V* y, const V* p, const V* u, const V* h, V* dy);
    void (*free_jacobian)(V t, const V* y, const V* p, const V* u, const V* h, V* jac);
    void (*followed_size)(const V* y, const V* y_new, V* size);
};

/// Null where the model does not have them.
struct ErasedEvents {
    void (*fire)(int event, double t, const double* y, const double* p, const double* u, double* y_after, double* p_after);
    EventRule (*rule)(int event);
    void (*delay)(int event, double t, const double* y, const double* p, const double* u, double* delay);
    void (*priority)(int event, double t, const double* y, const double* p, const double* u, double* priority);
    void (*values)(int event, double t, const double* y, const double* p, const double* u, double* value);
    void (*assign)(int event, double t, const double* value, const double* y, const double* p, const double* u,
                   double* y_after, double* p_after);
};

struct ErasedTable {
    ModelSizes sizes;
    ErasedFunctions<Lanes<erased_lanes>> lanes;
    ErasedFunctions<double> one;
    Lookup (*lookup)(int place);  // null: it does not look back
    ErasedEvents events;
};

template <class Model, class V>
constexpr ErasedFunctions<V> erased_functions() {
    ErasedFunctions<V> functions{
        .hoist = [](const V* p, const V* u, V* h) { Model{}.hoist(p, u, h); },
        .initial = [](V t, const V* p, const V* u, V* y) { Model{}.initial(t, p, u, y); },
        .rhs = [](V t, const V* y, const V* p, const V* u, const V* h, V* out) { Model{}.rhs(t, y, p, u, h, out); },
        .jacobian = [](V t, const V* y, const V* p, const V* u, const V* h,
                       V* out) { Model{}.jacobian(t, y, p, u, h, out); },
        .time_derivative = [](V t, const V* y, const V* p, const V* u, const V* h,
                              V* out) { Model{}.time_derivative(t, y, p, u, h, out); },
        .factor = [](V inverse_gamma_h, const V* jac, V* lu) { Model{}.factor(inverse_gamma_h, jac, lu); },
        .solve = [](const V* lu, V* b) { Model{}.solve(lu, b); },
        .jacobian_times = [](const V* jac, const V* x, V* product) { Model{}.jacobian_times(jac, x, product); },
        .roots = [](V t, const V* y, const V* p, const V* u, const V* h, V* out) { Model{}.roots(t, y, p, u, h, out); },
        .conditions = [](V t, const V* y, const V* p, const V* u, const V* h,
                         V* out) { Model{}.conditions(t, y, p, u, h, out); },
        .observe = [](V t, const V* y, const V* p, const V* u, const V* h,
                      V* out) { Model{}.observe(t, y, p, u, h, out); },
        .observe_rate = [](V t, const V* y, const V* p, const V* u, const V* h,
                           V* out) { Model{}.observe_rate(t, y, p, u, h, out); },
        .delay = nullptr,
        .free_rates = nullptr,
        .free_jacobian = nullptr,
        .followed_size = nullptr};
    if constexpr (kernels::HasDependentStates<Model>) {
        functions.free_rates = [](V t, const V* y, const V* p, const V* u, const V* h, V* out) {
            Model{}.free_rates(t, y, p, u, h, out);
        };
        functions.free_jacobian = [](V t, const V* y, const V* p, const V* u, const V* h, V* out) {
            Model{}.free_jacobian(t, y, p, u, h, out);
        };
        functions.followed_size = [](const V* y, const V* y_new, V* size) { Model{}.followed_size(y, y_new, size); };
    }
    if constexpr (kernels::LooksBack<Model>) {
        functions.delay = [](int place, V t, const V* y, const V* p, const V* u, const V* h, V* delay) {
            Model{}.delay(place, t, y, p, u, h, delay);
        };
    }
    return functions;
}

template <class Model>
constexpr auto erased_lookup() -> Lookup (*)(int) {
    if constexpr (kernels::LooksBack<Model>)
        return [](int place) -> Lookup { return Model{}.lookup(place); };
    else
        return nullptr;
}

template <class Model>
constexpr ErasedEvents erased_events() {
    ErasedEvents events{};
    if constexpr (kernels::FiresTogether<Model>) {
        events.fire = [](int event, double t, const double* y, const double* p, const double* u, double* y_after,
                         double* p_after) { Model{}.fire(event, t, y, p, u, y_after, p_after); };
    }
    if constexpr (kernels::FiresInTurn<Model>) {
        events.rule = [](int event) -> EventRule { return Model{}.event_rule(event); };
        events.delay = [](int event, double t, const double* y, const double* p, const double* u, double* delay) {
            Model{}.event_delay(event, t, y, p, u, delay);
        };
        events.priority = [](int event, double t, const double* y, const double* p, const double* u, double* priority) {
            Model{}.event_priority(event, t, y, p, u, priority);
        };
        events.values = [](int event, double t, const double* y, const double* p, const double* u, double* value) {
            Model{}.event_values(event, t, y, p, u, value);
        };
        events.assign = [](int event, double t, const double* value, const double* y, const double* p, const double* u,
                           double* y_after,
                           double* p_after) { Model{}.assign_event(event, t, value, y, p, u, y_after, p_after); };
    }
    return events;
}

template <class Model>
constexpr ErasedTable erase() {
    return {.sizes = Model::sizes(),
            .lanes = erased_functions<Model, Lanes<erased_lanes>>(),
            .one = erased_functions<Model, double>(),
            .lookup = erased_lookup<Model>(),
            .events = erased_events<Model>()};
}

/// What the integrators see of a table.
class ErasedModel {
public:
    explicit ErasedModel(const ErasedTable& table) : table_(&table) {}

    [[nodiscard]] const ModelSizes& sizes() const { return table_->sizes; }

    template <class V>
    void hoist(const V* p, const V* u, V* h) const {
        of<V>().hoist(p, u, h);
    }
    template <class V>
    void initial(V t, const V* p, const V* u, V* y) const {
        of<V>().initial(t, p, u, y);
    }
    template <class V>
    void rhs(V t, const V* y, const V* p, const V* u, const V* h, V* out) const {
        of<V>().rhs(t, y, p, u, h, out);
    }
    template <class V>
    void jacobian(V t, const V* y, const V* p, const V* u, const V* h, V* out) const {
        of<V>().jacobian(t, y, p, u, h, out);
    }
    template <class V>
    void free_rates(V t, const V* y, const V* p, const V* u, const V* h, V* out) const {
        of<V>().free_rates(t, y, p, u, h, out);
    }
    template <class V>
    void free_jacobian(V t, const V* y, const V* p, const V* u, const V* h, V* out) const {
        of<V>().free_jacobian(t, y, p, u, h, out);
    }
    template <class V>
    void followed_size(const V* y, const V* y_new, V* size) const {
        of<V>().followed_size(y, y_new, size);
    }
    template <class V>
    void time_derivative(V t, const V* y, const V* p, const V* u, const V* h, V* out) const {
        of<V>().time_derivative(t, y, p, u, h, out);
    }
    template <class V>
    void factor(V inverse_gamma_h, const V* jac, V* lu) const {
        of<V>().factor(inverse_gamma_h, jac, lu);
    }
    template <class V>
    void solve(const V* lu, V* b) const {
        of<V>().solve(lu, b);
    }
    template <class V>
    void jacobian_times(const V* jac, const V* x, V* product) const {
        of<V>().jacobian_times(jac, x, product);
    }
    template <class V>
    void roots(V t, const V* y, const V* p, const V* u, const V* h, V* out) const {
        of<V>().roots(t, y, p, u, h, out);
    }
    template <class V>
    void conditions(V t, const V* y, const V* p, const V* u, const V* h, V* out) const {
        of<V>().conditions(t, y, p, u, h, out);
    }
    template <class V>
    void observe(V t, const V* y, const V* p, const V* u, const V* h, V* out) const {
        of<V>().observe(t, y, p, u, h, out);
    }
    template <class V>
    void observe_rate(V t, const V* y, const V* p, const V* u, const V* h, V* out) const {
        of<V>().observe_rate(t, y, p, u, h, out);
    }

    void fire(int event, double t, const double* y, const double* p, const double* u, double* y_after, double* p_after) const {
        table_->events.fire(event, t, y, p, u, y_after, p_after);
    }
    [[nodiscard]] Lookup lookup(int place) const { return table_->lookup(place); }
    template <class V>
    void delay(int place, V t, const V* y, const V* p, const V* u, const V* h, V* delay) const {
        of<V>().delay(place, t, y, p, u, h, delay);
    }
    [[nodiscard]] EventRule event_rule(int event) const { return table_->events.rule(event); }
    void event_delay(int event, double t, const double* y, const double* p, const double* u, double* delay) const {
        table_->events.delay(event, t, y, p, u, delay);
    }
    void event_priority(int event, double t, const double* y, const double* p, const double* u, double* priority) const {
        table_->events.priority(event, t, y, p, u, priority);
    }
    void event_values(int event, double t, const double* y, const double* p, const double* u, double* value) const {
        table_->events.values(event, t, y, p, u, value);
    }
    void assign_event(int event, double t, const double* value, const double* y, const double* p, const double* u,
                      double* y_after, double* p_after) const {
        table_->events.assign(event, t, value, y, p, u, y_after, p_after);
    }

private:
    template <class V>
    [[nodiscard]] const ErasedFunctions<V>& of() const {
        if constexpr (std::is_same_v<V, double>)
            return table_->one;
        else
            return table_->lanes;
    }

    const ErasedTable* table_;
};

}  // namespace kohort::conformance
