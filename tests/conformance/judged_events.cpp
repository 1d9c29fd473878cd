#include "judged_events.hpp"

#include "model/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace kohort::conformance {

namespace {

constexpr int most_rounds = 1000;  // events that set off events at one time

double evaluate(const JudgedTwin& twin, model::NodeId node, double t, const std::vector<double>& y) {
    return model::evaluate(twin.program().model.graph, node, twin.leaves(t, y));
}

}  // namespace

JudgedEvents::JudgedEvents(JudgedTwin& twin, double* y)
    : twin_(twin), y_(y), conditions_(twin.program().model.events.size()) {}

double JudgedEvents::next() const {
    double soonest = HUGE_VAL;
    for (const Waiting& waiting : waiting_) soonest = std::min(soonest, waiting.due);
    return soonest;
}

/// What is true from the start does not fire, unless SBML says that it counts as false before.
bool JudgedEvents::start(double t) {
    conditions_ = conditions(t, false);
    for (std::size_t index = 0; index < conditions_.size(); ++index) {
        if (!event(index).true_before_start) conditions_[index] = 0.0;
    }
    return happen(t, false);
}

bool JudgedEvents::happen_at(double t) { return happen(t, false); }
bool JudgedEvents::happen_after(double t) { return happen(t, true); }

/// At t, or just after it. States that are always at rest stay where they are: their slopes say nothing.
std::vector<double> JudgedEvents::conditions(double t, bool after) {
    const codegen::Program& program = twin_.program();
    const double beyond = after ? 1e-13 * std::max(1.0, std::abs(t)) : 0.0;
    std::vector<double> moved(y_, y_ + program.model.states.size());
    std::vector<double> slope(moved.size());
    if (after) twin_.rates(t, y_, slope.data());
    for (std::size_t state = program.n_massless + program.n_fast; state < moved.size(); ++state)
        moved[state] += beyond * slope[state];
    std::vector<double> result(conditions_.size());
    twin_.conditions(t + beyond, moved.data(), result.data());
    return result;
}

bool JudgedEvents::happen(double t, bool after) {
    if (conditions_.empty()) return false;
    bool has_changed = false;
    for (int round = 0; round < most_rounds; ++round) {
        note_changes(t, conditions(t, after));
        const std::vector<Waiting> happening = take_due(t);
        if (happening.empty()) return has_changed;
        assign(happening, t);
        has_changed = true;
    }
    throw std::runtime_error("events set off each other without end");
}

/// What has risen waits, be it for no time at all; what has fallen may wait no longer.
void JudgedEvents::note_changes(double t, const std::vector<double>& now) {
    std::erase_if(waiting_, [&](const Waiting& one) { return now[one.event] == 0.0 && !event(one.event).persistent; });
    const std::vector<double> y(y_, y_ + twin_.program().model.states.size());
    for (std::size_t index = 0; index < now.size(); ++index) {
        if (conditions_[index] != 0.0 || now[index] == 0.0) continue;
        Waiting waiting{.event = index, .due = t, .values = {}};
        if (event(index).delay.valid()) waiting.due += evaluate(twin_, event(index).delay, t, y);
        if (event(index).values_at_trigger) waiting.values = values_of(index, t, y);
        waiting_.push_back(std::move(waiting));
    }
    conditions_ = now;
}

double JudgedEvents::priority(const Waiting& waiting, double t) const {
    const model::NodeId node = event(waiting.event).priority;
    const std::vector<double> y(y_, y_ + twin_.program().model.states.size());
    return node.valid() ? evaluate(twin_, node, t, y) : -HUGE_VAL;
}

/// All that is due where events happen together; else the one of the highest priority, and of equal ones the first, which a lot
/// may decide otherwise.
std::vector<JudgedEvents::Waiting> JudgedEvents::take_due(double t) {
    std::vector<Waiting> due;
    if (twin_.program().model.event_order == model::EventOrder::together) {
        due.swap(waiting_);
        return due;
    }
    auto chosen = waiting_.end();
    for (auto one = waiting_.begin(); one != waiting_.end(); ++one) {
        if (one->due <= t && (chosen == waiting_.end() || priority(*one, t) > priority(*chosen, t))) chosen = one;
    }
    if (chosen == waiting_.end()) return due;
    due.push_back(*chosen);
    waiting_.erase(chosen);
    return due;
}

std::vector<double> JudgedEvents::values_of(std::size_t index, double t, const std::vector<double>& y) const {
    std::vector<double> values;
    for (const model::Assignment& assignment : event(index).assignments)
        values.push_back(evaluate(twin_, assignment.value, t, y));
    return values;
}

/// All values are of before, also the factors of those that were taken earlier.
void JudgedEvents::assign(const std::vector<Waiting>& happening, double t) {
    const std::vector<double> y(y_, y_ + twin_.program().model.states.size());
    std::vector<double> parameters = twin_.parameters;
    for (const Waiting& one : happening) {
        const std::vector<double> values = one.values.empty() ? values_of(one.event, t, y) : one.values;
        for (std::size_t place = 0; place < values.size(); ++place) {
            const model::Assignment& assignment = event(one.event).assignments[place];
            const double factor = assignment.form == model::Assignment::Form::value
                                      ? 1.0
                                      : evaluate(twin_, assignment.factor, t, y);
            const double value = assignment.form == model::Assignment::Form::factor_over_value ? factor / values[place]
                                                                                               : factor * values[place];
            const bool is_state = assignment.target == model::Assignment::Target::state;
            (is_state ? y_ : parameters.data())[assignment.index] = value;
        }
    }
    twin_.parameters = std::move(parameters);
    twin_.hoist();
}

}  // namespace kohort::conformance
