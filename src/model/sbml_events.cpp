#include "model/sbml_events.hpp"

#include "model/evaluate.hpp"
#include "model/functions.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace kohort::model {

namespace {

using States = std::set<std::uint32_t>;

/// An event, and the states that it reads and writes.
struct Touched {
    const ::Event* source = nullptr;
    std::string title;  // "event `dose`"
    Place place;
    States trigger;
    States values;
    States sizes;  // of the compartments of concentrations that are assigned
    States written;
};

void read_states(const Graph& graph, NodeId root, States& states) {
    for (const NodeId id : needed_for(graph, std::span(&root, 1))) {
        if (graph[id].op == Op::state) states.insert(graph[id].index);
    }
}

bool overlap(const States& a, const States& b) {
    return std::ranges::any_of(a, [&](std::uint32_t state) { return b.contains(state); });
}

class EventReader {
public:
    EventReader(const ::Model& source, SbmlQuantities& quantities, Model& result)
        : source_(source), quantities_(quantities), result_(result), graph_(result.graph) {}

    void read() {
        for (unsigned number = 0; number < source_.getNumEvents(); ++number) read(*source_.getEvent(number), number);
        for (const Touched& event : touched_) {
            refuse_entanglement(event);
            refuse_jumping_sizes(event);
        }
    }

private:
    [[noreturn]] static void refuse(const Touched& event, const std::string& problem) {
        throw InputError(event.place, event.title + " " + problem + ": that is not treated yet");
    }

    void read(const ::Event& source, unsigned number) {
        const std::string name = source.isSetId() ? source.getId() : "event " + std::to_string(number + 1);
        Touched touched;
        touched.source = &source;
        touched.title = "event `" + name + "`";
        touched.place = quantities_.place(source);
        if (source.isSetDelay()) refuse(touched, "has a delay");
        const ::Trigger* const trigger = source.getTrigger();
        if (trigger == nullptr || !trigger->isSetMath()) refuse(touched, "has no trigger");
        if (trigger->isSetInitialValue() && !trigger->getInitialValue())
            refuse(touched, "can fire at the start (initialValue is false)");
        NodeId condition = quantities_.formula(trigger->getMath(), *trigger, "trigger of " + touched.title);
        if (!is_truth_value(graph_, condition)) condition = graph_.make(Op::not_equal, condition, graph_.constant(0.0));
        read_states(graph_, condition, touched.trigger);
        Event event{.name = name, .condition = condition, .assignments = {}, .place = touched.place};
        read_assignments(source, touched, event);
        touched_.push_back(std::move(touched));
        result_.events.push_back(std::move(event));
    }

    void read_assignments(const ::Event& source, Touched& touched, Event& event) {
        std::vector<const SbmlQuantity*> targets;
        std::map<std::uint32_t, NodeId> after;  // by state
        for (unsigned place = 0; place < source.getNumEventAssignments(); ++place) {
            const ::EventAssignment& assignment = *source.getEventAssignment(place);
            const SbmlQuantity& target = *quantities_.find(assignment.getVariable());
            if (!target.state) refuse(touched, "assigns to `" + target.id + "`, which is not a quantity of its own");
            if (!assignment.isSetMath()) refuse(touched, "assigns nothing to `" + target.id + "`");
            const NodeId value = quantities_.formula(assignment.getMath(), assignment, "assignment of " + touched.title);
            if (!after.emplace(*target.state, value).second) refuse(touched, "assigns to `" + target.id + "` twice");
            touched.written.insert(*target.state);
            read_states(graph_, value, touched.values);
            targets.push_back(&target);
        }
        for (const SbmlQuantity* const target : targets) {
            NodeId value = after.at(*target->state);
            if (quantities_.stores_amount_of_concentration(*target)) value = amount_of(value, *target, touched);
            event.assignments.push_back({Assignment::Target::state, *target->state, value});
        }
    }

    /// A concentration is assigned in the compartment as it was; if the event changes its size too, the amount stays.
    NodeId amount_of(NodeId concentration, const SbmlQuantity& species, Touched& touched) {
        const NodeId size = quantities_.size_of_compartment(species);
        read_states(graph_, size, touched.sizes);
        if (graph_[size].op != Op::state && overlap(touched.sizes, touched.written))
            refuse(touched, "assigns to `" + species.id + "` and changes the size that a rule gives its compartment");
        return graph_.make(Op::multiply, concentration, size);
    }

    /// What makes the order of simultaneous events matter.
    void refuse_entanglement(const Touched& event) const {
        const ::Trigger& trigger = *event.source->getTrigger();
        int writers_of_trigger = 0;
        for (const Touched& other : touched_) {
            const bool moves_trigger = overlap(other.written, event.trigger);
            if (moves_trigger) ++writers_of_trigger;
            if (&other == &event) continue;
            if (moves_trigger && trigger.isSetPersistent() && !trigger.getPersistent())
                refuse(event, "is not persistent and its trigger depends on what " + other.title + " assigns");
            if (overlap(other.written, event.values) && !event.source->getUseValuesFromTriggerTime())
                refuse(event, "uses values of its execution time, which " + other.title + " assigns");
            if (overlap(other.written, event.sizes))
                refuse(event, "assigns a concentration in a compartment whose size " + other.title + " changes");
            if (overlap(other.written, event.written) && (event.source->isSetPriority() || other.source->isSetPriority()))
                refuse(event, "has a priority over " + other.title + ", which assigns to the same quantity");
        }
        if (writers_of_trigger > 1) refuse(event, "has a trigger that depends on what several events assign");
    }

    /// Amounts stay when a size jumps; a species that is kept as a concentration would have to jump too.
    void refuse_jumping_sizes(const Touched& event) const {
        for (const SbmlQuantity& quantity : quantities_.all()) {
            const bool is_kept = quantity.kind == SbmlQuantity::Kind::species && quantity.state;
            if (!is_kept || quantity.rate_rule == nullptr) continue;
            States sizes;
            read_states(graph_, quantities_.size_of_compartment(quantity), sizes);
            if (overlap(sizes, event.written))
                refuse(event, "changes the size of the compartment of `" + quantity.id + "`, which has a rate rule");
        }
    }

    const ::Model& source_;
    SbmlQuantities& quantities_;
    Model& result_;
    Graph& graph_;
    std::vector<Touched> touched_;
};

}  // namespace

void read_sbml_events(const ::Model& source, SbmlQuantities& quantities, Model& result) {
    EventReader(source, quantities, result).read();
}

}  // namespace kohort::model
