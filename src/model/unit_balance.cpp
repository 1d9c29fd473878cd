#include "model/unit_balance.hpp"

#include "base/text.hpp"
#include "base/unit_size.hpp"
#include "model/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

namespace kohort::model {

namespace {

/// What is known of an expression's unit.
struct Measure {
    enum class Kind { unknown, number, measured } kind = Kind::unknown;
    std::map<std::string, double> powers{};  // of basic units
    std::optional<double> factor{};          // none: a number may have converted it
    std::string written{};                   // as the model has it; empty for what was worked out

    [[nodiscard]] bool is_measured() const { return kind == Kind::measured; }
};

Measure dimensionless() { return {.kind = Measure::Kind::measured, .powers = {}, .factor = 1.0}; }

std::string text_of(const Measure& measure) {
    if (!measure.written.empty()) return "[" + measure.written + "]";
    std::ostringstream factor;
    factor.precision(4);
    factor << measure.factor.value_or(1.0);
    std::string text = factor.str() == "1" ? "" : factor.str();
    for (const auto& [unit, power] : measure.powers) {
        if (!text.empty()) text += ' ';
        text += unit + (power == 1.0 ? "" : "^" + shortest(power));
    }
    return "[" + (text.empty() ? "1" : text) + "]";
}

bool same_kind(const Measure& a, const Measure& b) {
    return std::ranges::equal(a.powers, b.powers, [](const auto& left, const auto& right) {
        return left.first == right.first && std::abs(left.second - right.second) < 1e-9;
    });
}

bool same_size(const Measure& a, const Measure& b) {
    return !a.factor || !b.factor || std::abs(*a.factor - *b.factor) <= 1e-6 * std::abs(*a.factor);
}

Measure raised(Measure measure, double power) {
    if (power == 1.0) return measure;
    measure.written.clear();
    for (auto& [unit, exponent] : measure.powers) exponent *= power;
    std::erase_if(measure.powers, [](const auto& entry) { return entry.second == 0.0; });
    if (measure.factor) measure.factor = std::pow(*measure.factor, power);
    return measure;
}

Measure product(const Measure& a, const Measure& b) {
    using Kind = Measure::Kind;
    if (a.kind == Kind::unknown || b.kind == Kind::unknown) return {};
    if (a.kind == Kind::number && b.kind == Kind::number) return a;
    Measure result{.kind = Kind::measured, .powers = a.powers, .factor = {}};
    for (const auto& [unit, power] : b.powers) result.powers[unit] += power;
    std::erase_if(result.powers, [](const auto& entry) { return entry.second == 0.0; });
    if (a.factor && b.factor) result.factor = *a.factor * *b.factor;
    return result;
}

class Balancer {
public:
    explicit Balancer(const Model& model) : model_(model), graph_(model.graph), measures_(model.graph.size()) {}

    UnitBalance balance() {
        for (const State& state : model_.states) states_.push_back(declared(state, "state"));
        for (const Parameter& parameter : model_.parameters) parameters_.push_back(declared(parameter, "parameter"));
        for (const Input& input : model_.inputs) inputs_.push_back(declared(input, "input"));
        time_ = measure_of(model_.time_unit);
        for (const Observable& observable : model_.observables) look_at(observable);
        for (std::size_t state = 0; state < model_.states.size(); ++state)
            look_at(model_.states[state], states_[state]);
        for (const Event& event : model_.events) look_at(event);
        return std::move(result_);
    }

private:
    static Measure measure_of(const std::string& unit) {
        const auto size = size_of_unit(unit);
        if (!size) return {};
        return {.kind = Measure::Kind::measured, .powers = size->powers, .factor = size->factor, .written = unit};
    }

    template <class Quantity>
    Measure declared(const Quantity& quantity, const std::string& what) {
        const std::string title = to_string(quantity.place) + ": " + what + " `" + quantity.name + "`";
        if (quantity.note.unit.empty()) {
            result_.missing.push_back(title);
            return {};
        }
        ++result_.with_unit;
        return declared_unit(quantity.note.unit, title);
    }

    Measure declared_unit(const std::string& unit, const std::string& title) {
        Measure measure = measure_of(unit);
        if (!measure.is_measured())
            result_.unknown.push_back(title + " has the unit [" + unit + "], which is not known");
        return measure;
    }

    /// Begins the look at what one line says.
    void begin(const Place& place, const std::string& title) {
        place_ = place;
        title_ = title;
    }

    void report(const std::string& what) {
        result_.imbalances.push_back(to_string(place_) + ": " + title_ + " " + what);
    }

    void compare(const Measure& found, const Measure& wanted, const std::string& wanted_as) {
        if (!found.is_measured() || !wanted.is_measured()) return;
        if (!same_kind(found, wanted) || !same_size(found, wanted))
            report("is " + text_of(found) + ", " + wanted_as + " " + text_of(wanted));
    }

    void look_at(const Observable& observable) {
        begin(observable.place, "`" + observable.name + "`");
        const Measure found = measure(observable.value);
        if (observable.note.unit.empty() || arity(graph_[observable.value].op) == 0) return;
        const Measure wanted = declared_unit(observable.note.unit,
                                             to_string(observable.place) + ": `" + observable.name + "`");
        compare(found, wanted, "but said to be");
        if (wanted.is_measured()) measures_[observable.value.value] = wanted;
    }

    void look_at(const State& state, const Measure& unit) {
        begin(state.place, "the rate of `" + state.name + "`");
        compare(measure(state.rate), product(unit, raised(time_, -1.0)), "and should be");
        begin(state.place, "the initial value of `" + state.name + "`");
        const Measure initial = measure(state.initial);
        if (initial.factor)
            compare(initial, unit, "and should be");  // else a number is in it, which may have any unit here
    }

    void look_at(const Event& event) {
        begin(event.place, "event `" + event.name + "`");
        (void)measure(event.condition);
        if (event.priority.valid()) (void)measure(event.priority);
        if (event.delay.valid()) compare(measure(event.delay), time_, "and its delay should be");
        for (const Assignment& assignment : event.assignments) {
            const bool is_state = assignment.target == Assignment::Target::state;
            const std::string name = is_state ? model_.states[assignment.index].name
                                              : model_.parameters[assignment.index].name;
            begin(event.place, "what event `" + event.name + "` gives to `" + name + "`");
            Measure found = measure(assignment.value);
            if (assignment.form == Assignment::Form::value_times_factor)
                found = product(found, measure(assignment.factor));
            if (assignment.form == Assignment::Form::factor_over_value)
                found = product(measure(assignment.factor), raised(found, -1.0));
            compare(found, (is_state ? states_ : parameters_)[assignment.index], "and should be");
        }
    }

    /// Of root and all that it needs, each once: an imbalance is reported on the first line that has it.
    Measure measure(NodeId root) {
        std::vector<NodeId> pending{root};
        while (!pending.empty()) {
            const NodeId id = pending.back();
            const std::size_t height = pending.size();
            const Node& node = graph_[id];
            if (!measures_[id.value]) {
                for (int place = arity(node.op); place-- > 0;) {
                    const NodeId argument = node.arguments[static_cast<std::size_t>(place)];
                    if (!measures_[argument.value]) pending.push_back(argument);
                }
                if (pending.size() != height) continue;
                measures_[id.value] = of_node(node);
            }
            pending.pop_back();
        }
        return *measures_[root.value];
    }

    [[nodiscard]] const Measure& argument(const Node& node, std::size_t place) const {
        return *measures_[node.arguments[place].value];
    }

    Measure of_node(const Node& node) {
        switch (node.op) {
            case Op::constant: return {.kind = Measure::Kind::number};
            case Op::time: return time_;
            case Op::state: return states_[node.index];
            case Op::parameter: return parameters_[node.index];
            case Op::input: return inputs_[node.index];
            case Op::add:
            case Op::subtract: return sum(node, 0, 1, false);
            case Op::min:
            case Op::max:
            case Op::fmod:
            case Op::hypot: return sum(node, 0, 1, true);
            case Op::select: return sum(node, 1, 2, true);
            case Op::multiply: return product(argument(node, 0), argument(node, 1));
            case Op::divide: return product(argument(node, 0), raised(argument(node, 1), -1.0));
            case Op::negate:
            case Op::abs:
            case Op::floor:
            case Op::ceil:
            case Op::round:
            case Op::trunc: return argument(node, 0);
            case Op::sqrt: return raised(argument(node, 0), 0.5);
            case Op::cbrt: return raised(argument(node, 0), 1.0 / 3.0);
            case Op::power: return power(node);
            case Op::less:
            case Op::less_equal:
            case Op::greater:
            case Op::greater_equal:
            case Op::equal:
            case Op::not_equal: (void)sum(node, 0, 1, true); return dimensionless();
            case Op::logical_and:
            case Op::logical_or:
            case Op::logical_not:
            case Op::sign: return dimensionless();
            case Op::atan2: (void)sum(node, 0, 1, true); return dimensionless();
            case Op::fma:
            case Op::looked_up: return {};  // are made by codegen only
            case Op::delayed: return argument(node, 0);
            case Op::delayed_rate: return product(argument(node, 0), raised(time_, -1.0));
            default: return function(node);
        }
    }

    /// Of two that must be of one unit. A number among them fits if it may be one of any unit.
    Measure sum(const Node& node, std::size_t first, std::size_t second, bool numbers_fit) {
        const Measure& a = argument(node, first);
        const Measure& b = argument(node, second);
        const std::string operation = "has `" + std::string(name_of(node.op)) + "` of ";
        if (a.is_measured() && b.is_measured()) {
            if (!same_kind(a, b) || !same_size(a, b)) report(operation + text_of(a) + " and " + text_of(b));
        } else if (!numbers_fit) {
            warn_of_number(node, a, b, first, second, operation);
        }
        Measure result = a.is_measured() ? a : b;
        if (a.is_measured() && b.is_measured() && !b.factor) result.factor.reset();
        return result;
    }

    void warn_of_number(const Node& node, const Measure& a, const Measure& b, std::size_t first, std::size_t second,
                        const std::string& operation) {
        const bool a_is_number = a.kind == Measure::Kind::number;
        if (!a_is_number && b.kind != Measure::Kind::number) return;
        const Node& number = graph_[node.arguments[a_is_number ? first : second]];
        const Measure& other = a_is_number ? b : a;
        const bool is_zero = number.op == Op::constant && number.value == 0.0;
        if (other.is_measured() && !other.powers.empty() && !is_zero)
            report(operation + "a number without unit and " + text_of(other));
    }

    Measure power(const Node& node) {
        const Measure& base = argument(node, 0);
        const Node& exponent = graph_[node.arguments[1]];
        if (argument(node, 1).is_measured() && !argument(node, 1).powers.empty())
            report("has an exponent in " + text_of(argument(node, 1)));
        if (exponent.op == Op::constant) return raised(base, exponent.value);
        if (base.is_measured() && base.powers.empty()) return dimensionless();
        return {};
    }

    Measure function(const Node& node) {
        const Measure& of = argument(node, 0);
        if (of.is_measured() && !of.powers.empty())
            report("has `" + std::string(name_of(node.op)) + "` of " + text_of(of));
        return dimensionless();
    }

    const Model& model_;
    const Graph& graph_;
    std::vector<std::optional<Measure>> measures_;  // by node
    std::vector<Measure> states_;
    std::vector<Measure> parameters_;
    std::vector<Measure> inputs_;
    Measure time_;
    Place place_;        // of the line that is looked at
    std::string title_;  // of it
    UnitBalance result_;
};

}  // namespace

UnitBalance balance_units(const Model& model) { return Balancer(model).balance(); }

}  // namespace kohort::model
