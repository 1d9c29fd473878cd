// A model that is walked instead of compiled: no compiler needed, every operation the same as in generated code, in the
// same order and with the same functions, so every result has the same bits. The oracle of generated code, and the way
// through thousands of small models.
#pragma once

#include "codegen/model_plan.hpp"
#include "model/operation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

namespace kohort::codegen {

/// Where a tape finds its leaves. Pointers to what it does not read may be null.
template <class V>
struct TapeLeaves {
    V time{};
    const V* state = nullptr;      // (n_states)
    const V* parameter = nullptr;  // (n_parameters)
    const V* input = nullptr;      // (n_inputs)
    const V* hoisted = nullptr;    // (n_hoisted)
};

/// Walks tape and puts its outputs into result, (n outputs), and what it keeps into kept, (n_kept).
template <class V>
void run_tape(const Tape& tape, const TapeLeaves<V>& leaves, V* result, V* kept = nullptr) {
    constexpr std::size_t n_nearby = 128;  // [values] small tapes need no allocation
    V nearby[n_nearby];
    std::unique_ptr<V[]> far;
    V* value = nearby;
    if (tape.steps.size() > n_nearby) {
        far = std::make_unique_for_overwrite<V[]>(tape.steps.size());
        value = far.get();
    }
    V* next = value;
    for (const Step& step : tape.steps) {
        const auto argument = [&](std::size_t place) {
            return step.arguments[place] == no_position ? V(0.0) : value[step.arguments[place]];
        };
        switch (step.kind) {
            case Step::Kind::constant: *next = V(step.value); break;
            case Step::Kind::time: *next = leaves.time; break;
            case Step::Kind::state: *next = leaves.state[step.index]; break;
            case Step::Kind::parameter: *next = leaves.parameter[step.index]; break;
            case Step::Kind::input: *next = leaves.input[step.index]; break;
            case Step::Kind::hoisted: *next = leaves.hoisted[step.index]; break;
            case Step::Kind::operation: *next = model::apply_to(step.op, argument(0), argument(1), argument(2)); break;
        }
        ++next;
    }
    for (const std::uint32_t position : tape.outputs) *result++ = value[position];
    for (const std::uint32_t position : tape.kept) *kept++ = value[position];
}

/// Has the functions of a generated model (see generate.hpp), with sizes known at run time. Safe to share among threads;
/// copies share what was planned.
class InterpretedModel {
public:
    explicit InterpretedModel(const Program& program, Precision precision = Precision::double_only)
        : plan_(std::make_shared<const ModelPlan>(plan_model(program, precision))), events_(program.model.events) {}

    [[nodiscard]] const ModelSizes& sizes() const { return plan_->sizes; }
    [[nodiscard]] const ModelPlan& plan() const { return *plan_; }

    template <class V>
    void hoist(const V* p, const V* u, V* h) const {
        run_tape<V>(plan_->hoist, {.parameter = p, .input = u}, h);
    }
    /// See few_hoisted.hpp.
    [[nodiscard]] Stale stale_by_parameter(int parameter) const {
        return plan_->few_hoisted.by_parameter[static_cast<std::size_t>(parameter)];
    }
    [[nodiscard]] Stale stale_by_input(int input) const {
        return plan_->few_hoisted.by_input[static_cast<std::size_t>(input)];
    }
    template <class V>
    void hoist_few(const V* p, const V* u, V* h) const {
        const FewHoisted& few = plan_->few_hoisted;
        const auto value = std::make_unique_for_overwrite<V[]>(few.slots.size());
        run_tape<V>(few.tape, {.parameter = p, .input = u, .hoisted = h}, value.get());
        for (std::size_t place = 0; place < few.slots.size(); ++place) h[few.slots[place]] = value[place];
    }
    template <class V>
    void initial(V t, const V* p, const V* u, V* y) const {
        run_tape<V>(plan_->initial, {.time = t, .parameter = p, .input = u}, y);
    }
    template <class V>
    void clock(V t, const V* p, const V* u, const V* h, V* c) const {
        run_tape<V>(plan_->clock, {.time = t, .parameter = p, .input = u, .hoisted = h}, c);
    }
    template <class V>
    void rhs(V t, const V* y, const V* p, const V* u, const V* h, V* dy) const {
        run_tape<V>(plan_->functions.rhs, {t, y, p, u, h}, dy);
    }
    template <class V>
    void jacobian(V t, const V* y, const V* p, const V* u, const V* h, V* jac) const {
        run_tape<V>(plan_->functions.jacobian, {t, y, p, u, h}, jac);
    }
    /// See kept_values.hpp; not to be called where n_kept is 0.
    template <class V>
    void keeping_jacobian(V t, const V* y, const V* p, const V* u, const V* h, V* kept, V* jac) const {
        run_tape<V>(plan_->kept.jacobian, {t, y, p, u, h}, jac, kept);
    }
    template <class V>
    void rates_after_jacobian(V t, const V* y, const V* p, const V* u, const V* h, V* dy) const {
        run_tape<V>(plan_->kept.rates, {t, y, p, u, h}, dy + plan_->sizes.n_dependent);
    }
    /// For states that follow from none; see codegen/dependent_states.hpp.
    template <class V>
    void free_rates(V t, const V* y, const V* p, const V* u, const V* h, V* dy) const {
        run_tape<V>(plan_->functions.free_rates, {t, y, p, u, h}, dy + plan_->sizes.n_dependent);
    }
    template <class V>
    void free_jacobian(V t, const V* y, const V* p, const V* u, const V* h, V* jac) const {
        run_tape<V>(plan_->functions.free_jacobian, {t, y, p, u, h}, jac);
    }
    template <class V>
    void followed_size(const V* y, const V* y_new, V* size) const {
        const auto term = [&](std::uint32_t state) { return math::abs(y_new[state] - y[state]); };
        for (std::size_t state = 0; state < plan_->dependent.size(); ++state)
            size[state] = sum_of<V>(plan_->dependent[state], term, [](double factor) { return std::abs(factor); });
    }
    template <class V>
    void time_derivative(V t, const V* y, const V* p, const V* u, const V* h, V* ft) const {
        run_tape<V>(plan_->functions.time_derivative, {t, y, p, u, h}, ft);
    }
    template <class V>
    void roots(V t, const V* y, const V* p, const V* u, const V* h, V* g) const {
        run_tape<V>(plan_->functions.roots, {t, y, p, u, h}, g);
    }
    template <class V>
    void conditions(V t, const V* y, const V* p, const V* u, const V* h, V* c) const {
        run_tape<V>(plan_->functions.conditions, {t, y, p, u, h}, c);
    }
    template <class V>
    void observe(V t, const V* y, const V* p, const V* u, const V* h, V* o) const {
        run_tape<V>(plan_->functions.observe, {t, y, p, u, h}, o);
    }
    template <class V>
    void observe_rate(V t, const V* y, const V* p, const V* u, const V* h, V* od) const {
        run_tape<V>(plan_->functions.observe_rate, {t, y, p, u, h}, od);
    }
    /// Calls parameter(index), input(index) and hoisted(index) for what roots and conditions read.
    template <class Parameter, class Input, class Hoisted>
    void read_by_conditions(Parameter parameter, Input input, Hoisted hoisted) const {
        std::ranges::for_each(plan_->read_by_conditions.parameters, parameter);
        std::ranges::for_each(plan_->read_by_conditions.inputs, input);
        std::ranges::for_each(plan_->read_by_conditions.hoisted, hoisted);
    }
    [[nodiscard]] int state_inside(int place) const { return plan_->inside[static_cast<std::size_t>(place)]; }
    [[nodiscard]] const Lookup& lookup(int place) const { return plan_->lookups[static_cast<std::size_t>(place)]; }
    template <class V>
    void delay(int place, V t, const V* y, const V* p, const V* u, const V* h, V* value) const {
        run_tape<V>(plan_->delays[static_cast<std::size_t>(place)], {t, y, p, u, h}, value);
    }
    template <class V>
    void factor(V inverse_gamma_h, const V* jac, V* lu) const {
        factor_by_table(plan_->lu.factor, inverse_gamma_h, jac, lu);
    }
    template <class V>
    void solve(const V* lu, V* b) const {
        solve_by_table(plan_->lu.solve, lu, b);
        follow(b);
    }
    template <class V>
    void jacobian_times(const V* jac, const V* x, V* product) const {
        multiply_by_table(plan_->lu.jacobian, plan_->sizes.n_dependent, plan_->sizes.n_states, jac, x, product);
        follow(product);
    }

    /// Reads y and p as they were before the event, writes what it assigns into y_after and p_after.
    void fire(int event, double t, const double* y, const double* p, const double* u, double* y_after, double* p_after) const {
        const auto& assignments = events_[static_cast<std::size_t>(event)].assignments;
        std::vector<double> values(assignments.size());
        run_tape<double>(plan_->fire[static_cast<std::size_t>(event)],
                         {.time = t, .state = y, .parameter = p, .input = u}, values.data());
        for (std::size_t place = 0; place < assignments.size(); ++place) {
            const bool is_state = assignments[place].target == model::Assignment::Target::state;
            (is_state ? y_after : p_after)[assignments[place].index] = values[place];
        }
    }

    // where events happen in turn
    [[nodiscard]] const EventRule& event_rule(int event) const { return turn(event).rule; }
    void event_delay(int event, double t, const double* y, const double* p, const double* u, double* delay) const {
        run_tape<double>(turn(event).delay, {.time = t, .state = y, .parameter = p, .input = u}, delay);
    }
    void event_priority(int event, double t, const double* y, const double* p, const double* u, double* priority) const {
        run_tape<double>(turn(event).priority, {.time = t, .state = y, .parameter = p, .input = u}, priority);
    }
    void event_values(int event, double t, const double* y, const double* p, const double* u, double* value) const {
        run_tape<double>(plan_->fire[static_cast<std::size_t>(event)],
                         {.time = t, .state = y, .parameter = p, .input = u}, value);
    }
    /// Assigns value to y_after and p_after; y and p are as they were before.
    void assign_event(int event, double t, const double* value, const double* y, const double* p, const double* u,
                      double* y_after, double* p_after) const {
        const Tape& factors = turn(event).factors;
        std::vector<double> factor(factors.outputs.size());
        run_tape<double>(factors, {.time = t, .state = y, .parameter = p, .input = u}, factor.data());
        const double* next = factor.data();
        for (const model::Assignment& assignment : events_[static_cast<std::size_t>(event)].assignments) {
            const bool is_state = assignment.target == model::Assignment::Target::state;
            double& target = (is_state ? y_after : p_after)[assignment.index];
            switch (assignment.form) {
                case model::Assignment::Form::value: target = *value; break;
                case model::Assignment::Form::value_times_factor: target = *value * *next++; break;
                case model::Assignment::Form::factor_over_value: target = *next++ / *value; break;
            }
            ++value;
        }
    }

private:
    /// The first n_dependent of x, from the others.
    template <class V>
    void follow(V* x) const {
        const auto term = [&](std::uint32_t state) { return x[state]; };
        for (std::size_t state = 0; state < plan_->dependent.size(); ++state)
            x[state] = sum_of<V>(plan_->dependent[state], term, [](double factor) { return factor; });
    }

    /// From left to right, each term but the first rounded together with the sum.
    template <class V, class Term, class Factor>
    static V sum_of(const Followed& parts, Term term, Factor factor_of) {
        V sum(0.0);
        for (const FollowedPart& part : parts) {
            const V factor(factor_of(part.factor));
            sum = &part == parts.data() ? factor * term(part.state) : fma(factor, term(part.state), sum);
        }
        return sum;
    }

    [[nodiscard]] const TurnPlan& turn(int event) const { return plan_->turn[static_cast<std::size_t>(event)]; }

    std::shared_ptr<const ModelPlan> plan_;
    std::vector<model::Event> events_;
};

}  // namespace kohort::codegen
