#include "model/compose.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "model/annotation.hpp"
#include "model/expression.hpp"
#include "model/graph_copy.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kohort::model {

namespace {

constexpr std::size_t longest_chain = 500;  // of outputs that read outputs

class Composer {
public:
    Composer(std::vector<Model> modules, std::string name, const ComposeOptions& options)
        : modules_(std::move(modules)) {
        KOHORT_CHECK(!modules_.empty());
        result_.name = std::move(name);
        choose_time_unit(options);
        for (std::size_t module = 0; module < modules_.size(); ++module) register_module(module);
        collect_outputs();
    }

    Model compose() {
        for (std::size_t module = 0; module < modules_.size(); ++module) connect_inputs(module);
        for (std::size_t module = 0; module < modules_.size(); ++module) take_over(module);
        start_from_initial_values();
        return std::move(result_);
    }

private:
    // One module's place in the whole.
    struct Part {
        std::uint32_t first_state = 0;
        std::uint32_t first_parameter = 0;
        std::vector<std::optional<std::size_t>> source;  // (n_inputs) number of the output that feeds it
        std::vector<std::uint32_t> pool_input;  // (n_inputs) index among the whole's inputs, if nothing feeds it
        std::optional<GraphCopy> copy;
    };

    struct Output {
        std::size_t module = 0;
        std::size_t observable = 0;
    };

    [[nodiscard]] const Observable& observable(const Output& output) const {
        return modules_[output.module].observables[output.observable];
    }

    void choose_time_unit(const ComposeOptions& options) {
        result_.time_unit = modules_.front().time_unit;
        result_.seconds_per_time_unit = modules_.front().seconds_per_time_unit;
        if (options.time_unit.empty()) return;
        const auto unit = find_time_unit(options.time_unit);
        if (!unit)
            throw InputError(options.place, "`" + options.time_unit + "` is not a time unit",
                             "write ns, us, ms, s, m (minute), h, d or y");
        result_.time_unit = unit->name;
        result_.seconds_per_time_unit = unit->seconds;
    }

    void register_module(std::size_t module) {
        const Model& model = modules_[module];
        for (std::size_t other = 0; other < module; ++other) {
            if (modules_[other].name != model.name) continue;
            throw InputError({model.sources.empty() ? "" : model.sources.front(), 0, 0},
                             "two modules are called `" + model.name + "`", "give one of them another name");
        }
        Part& part = parts_.emplace_back();
        part.first_state = static_cast<std::uint32_t>(result_.states.size());
        part.first_parameter = static_cast<std::uint32_t>(result_.parameters.size());
        const auto qualified = [&](const std::string& name) { return model.name + "." + name; };
        for (State state : model.states) {
            state.name = qualified(state.name);
            result_.states.push_back(std::move(state));
        }
        for (Parameter parameter : model.parameters) {
            parameter.name = qualified(parameter.name);
            result_.parameters.push_back(std::move(parameter));
        }
        result_.sources.insert(result_.sources.end(), model.sources.begin(), model.sources.end());
        result_.remarks.insert(result_.remarks.end(), model.remarks.begin(), model.remarks.end());
    }

    void collect_outputs() {
        for (std::size_t module = 0; module < modules_.size(); ++module) {
            for (std::size_t index = 0; index < modules_[module].observables.size(); ++index) {
                const Observable& output = modules_[module].observables[index];
                if (output.kind == Observable::Kind::feature) ++features_of_name_[output.name];
                if (output.kind != Observable::Kind::output) continue;
                const auto [before, added] = output_of_name_.emplace(output.name, outputs_.size());
                if (!added) {
                    const Output& other = outputs_[before->second];
                    throw InputError(output.place,
                                     "modules `" + modules_[other.module].name + "` and `" + modules_[module].name +
                                         "` both put out `" + output.name + "`",
                                     "rename one of the two outputs");
                }
                outputs_.push_back({module, index});
            }
        }
        values_.resize(outputs_.size());
        being_resolved_.resize(outputs_.size(), false);
    }

    void connect_inputs(std::size_t module) {
        const Model& model = modules_[module];
        Part& part = parts_[module];
        for (const Input& input : model.inputs) {
            const std::optional<std::size_t> source = source_of(input, module);
            part.source.push_back(source);
            part.pool_input.push_back(source ? 0 : pool_input(input));
            if (source)
                check_units(input, observable(outputs_[*source]).note,
                            "module `" + modules_[outputs_[*source].module].name + "` gives");
        }
        part.copy.emplace(model.graph, result_.graph, [this, module](const Node& leaf) { return leaf_of(module, leaf); });
    }

    [[nodiscard]] std::optional<std::size_t> source_of(const Input& input, std::size_t module) const {
        const std::size_t colon = input.name.find(':');
        const std::string name = colon == std::string::npos ? input.name : input.name.substr(colon + 1);
        const auto found = output_of_name_.find(name);
        if (found == output_of_name_.end()) return std::nullopt;
        const std::size_t giver = outputs_[found->second].module;
        if (colon != std::string::npos && modules_[giver].name != input.name.substr(0, colon)) return std::nullopt;
        if (giver == module) {
            throw InputError(input.place,
                             "module `" + modules_[module].name + "` takes in its own output `" + name + "`",
                             "use the output's expression, or rename the input");
        }
        return found->second;
    }

    std::uint32_t pool_input(const Input& input) {
        const auto [known, added] = input_of_name_.emplace(input.name, result_.inputs.size());
        if (added) {
            result_.inputs.push_back(input);
            return static_cast<std::uint32_t>(known->second);
        }
        Input& shared = result_.inputs[known->second];
        check_units(input, shared.note, to_string(shared.place) + " has");
        if (shared.default_value && input.default_value && *shared.default_value != *input.default_value) {
            throw InputError(input.place,
                             "input `" + input.name + "` has default " + shortest(*input.default_value) + " here and " +
                                 shortest(*shared.default_value) + " in " + to_string(shared.place),
                             "give both the same default");
        }
        if (!input.default_value) shared.default_value.reset();
        if (shared.note.unit.empty()) shared.note.unit = input.note.unit;
        if (shared.note.meaning.empty()) shared.note.meaning = input.note.meaning;
        return static_cast<std::uint32_t>(known->second);
    }

    // Both sides name a unit: they must be the same one.
    void check_units(const Input& input, const Annotation& other, const std::string& who_has) {
        const std::string& here = input.note.unit;
        if (here.empty() || other.unit.empty() || here == other.unit) return;
        const std::string difference = "`" + input.name + "` is in `" + here + "` here, but " + who_has + " it in `" +
                                       other.unit + "`";
        if (!is_unit(here) || !is_unit(other.unit)) {
            result_.remarks.push_back(to_string(input.place) + ": " + difference +
                                      "; whether these are one unit is not known");
            return;
        }
        if (convertible(here, other.unit) && unit_converter(here, other.unit, input.place).is_identity()) return;
        throw InputError(input.place, difference, "convert on one side, as in `x = 18*glucose_mM` in VARIABLES");
    }

    // What a leaf of a module's graph is in the whole.
    NodeId leaf_of(std::size_t module, const Node& leaf) {
        const Part& part = parts_[module];
        switch (leaf.op) {
            case Op::state: return result_.graph.leaf(Op::state, part.first_state + leaf.index);
            case Op::parameter: return result_.graph.leaf(Op::parameter, part.first_parameter + leaf.index);
            case Op::time: return times_unit_ratio(module, result_.graph.leaf(Op::time));
            default: break;
        }
        if (const auto source = part.source[leaf.index]) return value_of_output(*source);
        return result_.graph.leaf(Op::input, part.pool_input[leaf.index]);
    }

    // Time of the whole in the module's unit; and a rate of the module in the whole's unit. Units of time are whole multiples
    // of each other mostly: dividing by 1440 is exact where multiplying by 1/1440 is not.
    NodeId times_unit_ratio(std::size_t module, NodeId value) {
        const double whole = result_.seconds_per_time_unit;
        const double part = modules_[module].seconds_per_time_unit;
        if (whole >= part) return result_.graph.make(Op::multiply, value, result_.graph.constant(whole / part));
        return result_.graph.make(Op::divide, value, result_.graph.constant(part / whole));
    }

    NodeId value_of_output(std::size_t number) {
        if (values_[number].valid()) return values_[number];
        chain_.push_back(number);
        if (being_resolved_[number]) refuse_ring(number);
        if (chain_.size() > longest_chain)
            throw InputError(observable(outputs_[number]).place,
                             "more than " + std::to_string(longest_chain) + " outputs read each other in a row",
                             "join modules that pass on what they read");
        being_resolved_[number] = true;
        const Output& output = outputs_[number];
        values_[number] = copied(output.module, observable(output).value);
        being_resolved_[number] = false;
        chain_.pop_back();
        return values_[number];
    }

    [[noreturn]] void refuse_ring(std::size_t number) const {
        std::string ring;
        for (auto link = std::find(chain_.begin(), chain_.end(), number); link != chain_.end(); ++link) {
            const Output& output = outputs_[*link];
            ring += (ring.empty() ? "" : " <- ") + modules_[output.module].name + ":" + observable(output).name;
        }
        throw InputError(observable(outputs_[number]).place, "outputs depend on each other in a ring: " + ring,
                         "let one of them come from a state");
    }

    NodeId copied(std::size_t module, NodeId root) {
        const NodeId copy = (*parts_[module].copy)(root);
        if (result_.graph.size() > most_nodes)
            throw InputError({}, "the joined model grows beyond " + std::to_string(most_nodes) + " operations",
                             "leave modules out");
        return copy;
    }

    // The inverse: a time span of the module in the whole's unit.
    NodeId in_whole_time(std::size_t module, NodeId span) {
        const double whole = result_.seconds_per_time_unit;
        const double part = modules_[module].seconds_per_time_unit;
        if (whole >= part) return result_.graph.make(Op::divide, span, result_.graph.constant(whole / part));
        return result_.graph.make(Op::multiply, span, result_.graph.constant(part / whole));
    }

    // Events of one time are settled among all modules, so all must mean the same by it.
    void choose_event_order(const Model& model) {
        if (model.events.empty()) return;
        if (!result_.events.empty() && model.event_order != result_.event_order)
            throw InputError(model.events.front().place,
                             "the events of `" + model.name + "` happen " +
                                 (model.event_order == EventOrder::in_turn ? "in turn, as in SBML," : "together,") +
                                 " and those of another module do not",
                             "write both modules in one format");
        result_.event_order = model.event_order;
    }

    void refuse_delays_in_another_unit(const Model& model) const {
        if (model.seconds_per_time_unit == result_.seconds_per_time_unit) return;
        for (std::uint32_t node = 0; node < model.graph.size(); ++node) {
            if (model.graph[NodeId{node}].op != Op::delayed) continue;
            throw InputError({model.sources.empty() ? "" : model.sources.front(), 0, 0},
                             "`" + model.name + "` looks back in time and is joined with modules of another time unit",
                             "give the whole its time unit");
        }
    }

    void take_over(std::size_t module) {
        const Model& model = modules_[module];
        refuse_delays_in_another_unit(model);
        const Part& part = parts_[module];
        for (std::size_t state = 0; state < model.states.size(); ++state) {
            State& joined = result_.states[part.first_state + state];
            joined.rate = times_unit_ratio(module, copied(module, model.states[state].rate));
            if (joined.fast_rate.valid())
                joined.fast_rate = times_unit_ratio(module, copied(module, model.states[state].fast_rate));
            joined.initial = copied(module, model.states[state].initial);
        }
        for (Observable observable : model.observables) {
            observable.value = copied(module, observable.value);
            const bool shared_feature = observable.kind == Observable::Kind::feature &&
                                        features_of_name_[observable.name] > 1;
            if (shared_feature || observable.kind == Observable::Kind::variable)
                observable.name = model.name + "." + observable.name;
            result_.observables.push_back(std::move(observable));
        }
        choose_event_order(model);
        for (const Event& event : model.events) take_over_event(module, event);
    }

    void take_over_event(std::size_t module, Event event) {
        const Part& part = parts_[module];
        event.name = modules_[module].name + "." + event.name;
        event.condition = copied(module, event.condition);
        for (Assignment& assignment : event.assignments) {
            assignment.index += assignment.target == Assignment::Target::state ? part.first_state : part.first_parameter;
            assignment.value = copied(module, assignment.value);
            if (assignment.factor.valid()) assignment.factor = copied(module, assignment.factor);
        }
        if (event.delay.valid()) event.delay = in_whole_time(module, copied(module, event.delay));
        if (event.priority.valid()) event.priority = copied(module, event.priority);
        result_.events.push_back(std::move(event));
    }

    // Initial values over states of other modules become initial values over their initial values.
    void start_from_initial_values() {
        std::vector<std::uint32_t> chain;
        std::vector<NodeId> done(result_.states.size());
        std::optional<GraphCopy> copy;
        const std::function<NodeId(std::uint32_t)> initial = [&](std::uint32_t state) {
            if (done[state].valid()) return done[state];
            const bool ring = std::find(chain.begin(), chain.end(), state) != chain.end();
            chain.push_back(state);
            if (ring || chain.size() > longest_chain) refuse_initial_ring(chain);
            done[state] = (*copy)(result_.states[state].initial);
            chain.pop_back();
            return done[state];
        };
        copy.emplace(result_.graph, result_.graph, [&](const Node& leaf) {
            return leaf.op == Op::state ? initial(leaf.index) : result_.graph.leaf(leaf.op, leaf.index);
        });
        for (std::uint32_t state = 0; state < result_.states.size(); ++state)
            result_.states[state].initial = initial(state);
    }

    [[noreturn]] void refuse_initial_ring(const std::vector<std::uint32_t>& chain) const {
        std::string ring;
        for (const std::uint32_t state : chain) ring += (ring.empty() ? "" : " <- ") + result_.states[state].name;
        throw InputError(result_.states[chain.back()].place, "initial values depend on each other in a ring: " + ring,
                         "give one of them a number");
    }

    std::vector<Model> modules_;
    Model result_;
    std::vector<Part> parts_;
    std::vector<Output> outputs_;
    std::map<std::string, std::size_t> output_of_name_;  // number of the output
    std::map<std::string, std::size_t> input_of_name_;   // index among the whole's inputs
    std::map<std::string, int> features_of_name_;
    std::vector<NodeId> values_;        // by output
    std::vector<bool> being_resolved_;  // by output
    std::vector<std::size_t> chain_;    // outputs being resolved, outermost first
};

}  // namespace

Model compose(std::vector<Model> modules, std::string name, const ComposeOptions& options) {
    return Composer(std::move(modules), std::move(name), options).compose();
}

}  // namespace kohort::model
