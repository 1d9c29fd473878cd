#include "trial/schedule.hpp"

#include "base/text.hpp"
#include "trial/model_units.hpp"
#include "trial/timeline.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace kohort::trial {

namespace {

using kernels::Action;

enum Phase : int { before_treatment = 1, treatment = 2, after_treatment = 3, challenge = 4 };

/// Gathers what is to happen, in any order; then sorts it.
class Gathering {
public:
    explicit Gathering(const ScheduleContext& context) : context_(context) {}

    void measure(const Measurement& measurement) {
        const bool early = measurement.before_dose || measurement.time <= context_.first_treatment;
        add({measurement.time, early ? before_treatment : after_treatment},
            {measurement.time, 0.0, Action::Kind::measure, measurement.feature});
    }

    void set_parameter(const std::string& name, const Quantity& quantity) {
        const Symbol& symbol = context_.symbols.require(name, {SymbolKind::parameter}, "parameter", quantity.place);
        const double value = in_model_unit(quantity, symbol.unit, "parameter " + symbol.name);
        add({0.0, treatment}, {0.0, value, Action::Kind::set_parameter, symbol.index});
    }

    /// start: [model time] zero of the change's own times, which are kept when there is none.
    void change_input(const InputChange& change, double start, Phase phase) {
        const Symbol& symbol = context_.symbols.require(change.input, {SymbolKind::input}, "input", change.place);
        const double begin = moment_after(start, change.time);
        Piece piece{.begin = {begin, phase}, .value = in_model_unit(change.value, symbol.unit, "input " + symbol.name)};
        if (change.lasting) {
            const double length = positive_length(*change.lasting, "lasting");
            piece.end = {end_of(begin, length, change.place), treatment};
        }
        if (begin <= context_.t_end) inputs_[symbol.index].push_back(piece);
    }

    /// record: of the arm's dosing, for doses that may be forgotten; else -1.
    void give(const Dose& dose, double start, Phase phase, std::int32_t record = -1) {
        check(dose);
        const Symbol& state = context_.symbols.require(dose.compartment, {SymbolKind::state}, "state to dose", dose.place);
        const double amount = study_to_model(dose.amount.unit, state.unit, "state " + state.name, dose.amount.place)
                                  .difference(dose.amount.value);  // 1 K warms by 1 degC
        const double interval = dose.interval ? positive_length(*dose.interval, "ii") : 0.0;
        const double first = moment_after(start, dose.time);
        for (std::int64_t repeat = 0; repeat <= dose.additional; ++repeat) {
            const double time = context_.clock.align(first + static_cast<double>(repeat) * interval);
            if (time > context_.t_end) break;
            if (dose.rate || dose.duration) {
                infuse(dose, state, amount, {time, phase});
            } else {
                add({time, phase}, {time, amount, Action::Kind::add_to_state, state.index});
                if (record >= 0) {
                    gathered_.back().scheduled.record = record;
                    gathered_.back().scheduled.repeat = static_cast<std::int32_t>(repeat);
                }
            }
        }
    }

    std::vector<ScheduledAction> sorted() {
        for (const auto& [input, pieces] : inputs_) set_input(input, latest_holds(pieces), std::nullopt);
        for (const auto& [input, pieces] : infusions_) set_input(input, all_add(pieces), 0.0);
        std::stable_sort(gathered_.begin(), gathered_.end(), [](const Entry& a, const Entry& b) { return a.at < b.at; });
        std::vector<ScheduledAction> actions;
        for (const Entry& entry : gathered_) actions.push_back(entry.scheduled);
        return actions;
    }

private:
    struct Entry {
        Moment at;
        ScheduledAction scheduled;
    };

    void add(Moment at, Action action, bool to_own_value = false) {
        if (at.time <= context_.t_end) gathered_.push_back({at, {action, to_own_value}});
    }

    [[nodiscard]] double moment_after(double start, const std::optional<Quantity>& time) const {
        return time ? context_.clock.align(start + context_.clock.length(*time)) : start;
    }

    [[nodiscard]] double positive_length(const Quantity& time, const std::string& word) const {
        const double length = context_.clock.length(time);
        if (length > 0) return length;
        throw InputError(time.place, word + " must be longer than nothing", "such as " + word + ": 12 h");
    }

    [[nodiscard]] double end_of(double begin, double length, const Place& place) const {
        const double end = context_.clock.align(begin + length);
        if (end > begin) return end;
        throw InputError(place, "this lasts too short for its moment: its end cannot be told from its beginning",
                         "let it last longer, or give a bolus");
    }

    static void check(const Dose& dose) {
        if (dose.additional > 0 && !dose.interval)
            throw InputError(dose.place, "addl needs ii", "say how far apart the doses are, such as ii: 12 h");
        if (dose.amount.value < 0)
            throw InputError(dose.amount.place, "an amount of " + shortest(dose.amount.value) + " is negative",
                             "doses add; they cannot take away");
        if (dose.rate && dose.duration)
            throw InputError(dose.place, "rate and dur are both given", "amt with one of them says it all");
    }

    void infuse(const Dose& dose, const Symbol& state, double amount, Moment begin) {
        const Symbol& input = context_.symbols.require("infusion(" + state.name + ")", {SymbolKind::input},
                                                       "infusion into", dose.place);
        const std::string& time_unit = context_.clock.unit();
        double rate = 0.0;    // [state unit / model time]
        double length = 0.0;  // [model time]
        if (dose.rate) {
            rate = in_model_unit(*dose.rate, unit_per_time(state.unit, time_unit), "an infusion into " + state.name);
            if (!(rate > 0))
                throw InputError(dose.rate->place, "an infusion's rate must be above 0", "leave rate out for a bolus");
            length = amount / rate;
        } else {
            length = positive_length(*dose.duration, "dur");
            rate = amount / length;
        }
        if (!(length > 0)) return;  // amt: 0
        infusions_[input.index].push_back({begin, {end_of(begin.time, length, dose.place), treatment}, rate});
    }

    void set_input(int input, const Changes& changes, std::optional<double> without) {
        for (const auto& [at, value] : changes) {
            const std::optional<double> now = value ? value : without;
            add(at, {at.time, now.value_or(0.0), Action::Kind::set_input, input}, !now.has_value());
        }
    }

    const ScheduleContext& context_;
    std::vector<Entry> gathered_;
    std::map<int, std::vector<Piece>> inputs_;     // by input
    std::map<int, std::vector<Piece>> infusions_;  // by input
};

void give_challenges(const ScheduleContext& context, Gathering& gathering) {
    for (const Challenge& given : context.study.challenges) {
        for (const std::string& id : given.at) {
            const auto visit = std::find_if(context.study.visits.begin(), context.study.visits.end(),
                                            [&](const Visit& candidate) { return candidate.id == id; });
            KOHORT_CHECK(visit != context.study.visits.end());  // io::check_study has looked
            const double start = context.clock.moment(visit->at);
            for (const InputChange& change : given.inputs) gathering.change_input(change, start, challenge);
            for (const Dose& dose : given.dosing) {
                if (dose.steady_state > 0)
                    throw InputError(dose.place, "a challenge is given once, so it has no steady state",
                                     "leave ss out here");
                gathering.give(dose, start, challenge);
            }
        }
    }
}

/// The dose of the arm that goes on from before time zero, or null.
const Dose* dose_at_steady_state(const Arm& arm) {
    const Dose* found = nullptr;
    for (const Dose& dose : arm.dosing) {
        if (dose.steady_state == 0) continue;
        if (dose.steady_state == 2) {
            throw InputError(
                dose.place,
                "ss: 2 adds a steady state to what other doses left, which is exact only where effects add up",
                "give the earlier doses themselves (time, ii, addl) and look at a later interval");
        }
        if (dose.time.value > 0) {
            throw InputError(
                dose.place, "ss: 1 wipes out what happened before, so it can only begin an arm, at time: 0",
                "let the study begin with this dose, or give the earlier doses themselves (time, ii, addl)");
        }
        if (found != nullptr) {
            throw InputError(dose.place,
                             "two doses of arm \"" + arm.id + "\" have ss: 1, and each would wipe out the other",
                             "keep one, and give the earlier doses of the other themselves (time, ii, addl)");
        }
        found = &dose;
    }
    return found;
}

/// What nobody can forget to take: an infusion is given by others, and a past that was forgotten at random has no steady state.
void refuse_unforgettable(const Dose& dose) {
    if (dose.rate || dose.duration)
        throw InputError(dose.place, "adherence is for doses that people take themselves, and this is an infusion",
                         "leave adherence out of this arm");
    if (dose.steady_state > 0)
        throw InputError(dose.place, "doses that are forgotten at random (adherence) have no steady state (ss: 1)",
                         "give the earlier doses themselves (time, ii, addl)");
}

Dose once_at_zero(Dose dose) {
    dose.time.value = 0.0;
    dose.steady_state = 0;
    dose.additional = 0;
    return dose;
}

}  // namespace

double first_treatment(const TrialStudy& study, Clock& clock) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    double first = infinity;
    for (const Arm& arm : study.arms) {
        if (!arm.parameters.empty()) first = 0.0;
        for_each_dose(arm, [&](const Dose& dose) {
            first = std::min(first, dose.steady_state > 0 ? -infinity : clock.moment(dose.time));
        });
        for (const InputChange& change : arm.inputs)
            first = std::min(first, change.time ? clock.moment(*change.time) : 0.0);
    }
    return first;
}

DosingCycle make_cycle(const ScheduleContext& context, const Arm& arm) {
    const Dose* dose = dose_at_steady_state(arm);
    if (dose == nullptr) return {};
    Clock clock(context.clock.unit());
    const ScheduleContext cycle{context.study, context.symbols, clock, 0.0, std::numeric_limits<double>::infinity()};
    Gathering gathering(cycle);
    for (const auto& [name, quantity] : arm.parameters) gathering.set_parameter(name, quantity);
    gathering.give(once_at_zero(*dose), 0.0, treatment);
    DosingCycle made{.length = clock.moment(*dose->interval), .actions = {}};
    for (const ScheduledAction& scheduled : gathering.sorted()) made.actions.push_back(scheduled.action);
    if (!made.actions.empty() && made.actions.back().time > made.length) {
        throw InputError(
            dose->place, "this infusion lasts longer than ii, so at steady state several run at once",
            "shorten it, lengthen ii, or give the same amount as one infusion that never ends: dur equal to ii");
    }
    return made;
}

std::vector<ScheduledAction> make_schedule(const ScheduleContext& context, const Arm* arm,
                                           std::span<const Measurement> measurements) {
    Gathering gathering(context);
    for (const Measurement& measurement : measurements) gathering.measure(measurement);
    if (arm != nullptr) {
        for (const auto& [name, quantity] : arm->parameters) gathering.set_parameter(name, quantity);
        for (const InputChange& change : arm->inputs) gathering.change_input(change, 0.0, treatment);
        std::int32_t record = 0;
        for (const Dose& dose : arm->dosing) {
            if (arm->adherence) refuse_unforgettable(dose);
            gathering.give(dose, 0.0, treatment, arm->adherence ? record++ : -1);
        }
    }
    give_challenges(context, gathering);
    return gathering.sorted();
}

}  // namespace kohort::trial
