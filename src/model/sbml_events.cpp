#include "model/sbml_events.hpp"

#include "model/evaluate.hpp"
#include "model/functions.hpp"
#include "model/graph_copy.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace kohort::model {

namespace {

/// What one event assigns, by state, in what formulas mean by the quantity.
struct Assigned {
    const SbmlQuantity* target = nullptr;
    NodeId value;
};

class EventReader {
public:
    EventReader(const ::Model& source, SbmlQuantities& quantities, Model& result)
        : source_(source), quantities_(quantities), result_(result), graph_(result.graph) {}

    void read() {
        for (unsigned number = 0; number < source_.getNumEvents(); ++number) read(*source_.getEvent(number), number);
        if (!result_.events.empty()) result_.event_order = EventOrder::in_turn;
    }

private:
    void read(const ::Event& source, unsigned number) {
        const std::string name = source.isSetId() ? source.getId() : "event " + std::to_string(number + 1);
        Event event{.name = name, .condition = {}, .assignments = {}, .place = quantities_.place(source)};
        title_ = "event `" + name + "`";
        const ::Trigger* const trigger = source.getTrigger();
        if (trigger == nullptr || !trigger->isSetMath())
            return remark(source, "has no trigger's formula: it never fires");
        event.condition = truth(quantities_.formula(trigger->getMath(), *trigger, "trigger of " + title_));
        event.true_before_start = !trigger->isSetInitialValue() || trigger->getInitialValue();
        event.persistent = !trigger->isSetPersistent() || trigger->getPersistent();
        event.values_at_trigger = source.getUseValuesFromTriggerTime();
        if (source.isSetDelay() && source.getDelay()->isSetMath())
            event.delay = quantities_.formula(source.getDelay()->getMath(), *source.getDelay(), "delay of " + title_);
        if (source.isSetPriority() && source.getPriority()->isSetMath())
            event.priority = quantities_.formula(source.getPriority()->getMath(), *source.getPriority(),
                                                 "priority of " + title_);
        read_assignments(source, event);
        result_.events.push_back(std::move(event));
    }

    NodeId truth(NodeId condition) {
        if (is_truth_value(graph_, condition)) return condition;
        return graph_.make(Op::not_equal, condition, graph_.constant(0.0));
    }

    void read_assignments(const ::Event& source, Event& event) {
        assigned_.clear();
        std::vector<std::uint32_t> order;
        for (unsigned place = 0; place < source.getNumEventAssignments(); ++place) {
            const ::EventAssignment& assignment = *source.getEventAssignment(place);
            const SbmlQuantity& target = *quantities_.find(assignment.getVariable());
            if (!assignment.isSetMath()) {
                remark(assignment, "has no formula for `" + target.id + "`: it leaves it as it is");
                continue;
            }
            if (!target.state)
                refuse(event, "assigns to `" + target.id + "`, which is not a quantity of its own",
                       "a quantity with an assignment rule cannot be assigned");
            const NodeId value = quantities_.formula(assignment.getMath(), assignment, "assignment of " + title_);
            if (!assigned_.emplace(*target.state, Assigned{&target, value}).second)
                refuse(event, "assigns to `" + target.id + "` twice", "leave one of the two out");
            order.push_back(*target.state);
        }
        for (const std::uint32_t state : order) assign(state, event);
        keep_amounts(event);
    }

    void remark(const ::SBase& element, const std::string& what) {
        result_.remarks.push_back(to_string(quantities_.place(element)) + ": " + title_ + " " + what);
    }

    [[noreturn]] void refuse(const Event& event, const std::string& problem, const std::string& remedy) const {
        throw InputError(event.place, title_ + " " + problem, remedy);
    }

    /// A concentration is assigned in the compartment as it is just before; if its size is assigned too, the amount stays.
    void assign(std::uint32_t state, Event& event) {
        const auto& [target, value] = assigned_.at(state);
        Assignment assignment{Assignment::Target::state, state, value};
        if (quantities_.stores_amount_of_concentration(*target)) {
            assignment.form = Assignment::Form::value_times_factor;
            assignment.factor = quantities_.size_of_compartment(*target);
        } else if (const auto size_after = new_size(*target, event)) {
            assignment.value = graph_.make(Op::divide, value, *size_after);
            assignment.form = Assignment::Form::value_times_factor;
            assignment.factor = quantities_.size_of_compartment(*target);
        }
        event.assignments.push_back(assignment);
    }

    /// When a size jumps, the amounts in it stay; a species that is kept as a concentration, because a rule gives its rate,
    /// jumps too.
    void keep_amounts(Event& event) {
        for (const SbmlQuantity& species : quantities_.all()) {
            if (!species.state || assigned_.contains(*species.state)) continue;
            if (const auto size_after = new_size(species, event))
                event.assignments.push_back({Assignment::Target::state, *species.state, *size_after,
                                             Assignment::Form::factor_over_value, quantities_.amount(species)});
        }
    }

    /// The size that the event gives the compartment of a species that is kept as a concentration; none if it leaves it.
    std::optional<NodeId> new_size(const SbmlQuantity& species, const Event& event) {
        if (species.kind != SbmlQuantity::Kind::species || quantities_.stores_amount(species)) return std::nullopt;
        const NodeId size = quantities_.size_of_compartment(species);
        const NodeId after = after_event(size);
        if (after == size) return std::nullopt;
        if (event.delay.valid() && event.values_at_trigger && graph_[size].op != Op::state)
            refuse(event, "changes, after a delay, the size that a rule gives the compartment of `" + species.id + "`",
                   "use values of the time at which the event happens (useValuesFromTriggerTime='false')");
        return after;
    }

    /// What a node is with the assigned values put in.
    NodeId after_event(NodeId node) {
        return GraphCopy(graph_, graph_, [this](const Node& leaf) {
            const auto found = leaf.op == Op::state ? assigned_.find(leaf.index) : assigned_.end();
            return found == assigned_.end() ? graph_.leaf(leaf.op, leaf.index) : found->second.value;
        })(node);
    }

    const ::Model& source_;
    SbmlQuantities& quantities_;
    Model& result_;
    Graph& graph_;
    std::string title_;                           // "event `dose`"
    std::map<std::uint32_t, Assigned> assigned_;  // by state
};

}  // namespace

void read_sbml_events(const ::Model& source, SbmlQuantities& quantities, Model& result) {
    EventReader(source, quantities, result).read();
}

}  // namespace kohort::model
