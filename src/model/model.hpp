// A model as read from text: named quantities over one expression graph. All readers produce this; nothing below reads text.
#pragma once

#include "base/errors.hpp"
#include "model/graph.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kohort::model {

/// What the modeller wrote beside a quantity: "// [1/min] absorption rate; Dalla Man 2007, table 1".
struct Annotation {
    std::string unit;     // as written between brackets, "1" for [-], empty when not given
    std::string meaning;  // the rest of the comment
};

struct State {
    enum class Kind : std::uint8_t {
        differential,
        algebraic,  // rate is no rate, but what must be 0 at every time; initial is where the search for that begins
        fast,       // has a part of its rate, fast_rate, that is endlessly faster than all else: it is always at rest
    };
    std::string name;  // "module.name" once composed
    NodeId rate;       // d/dt in [state unit / model time unit]
    NodeId initial;    // over parameters, inputs, time, and initial values of earlier states (already substituted)
    Annotation note;
    Place place;
    Kind kind = Kind::differential;
    NodeId fast_rate{};  // [state unit / model time unit] as written, before it is made faster; Kind::fast only
};

struct Parameter {
    std::string name;
    double value = 0.0;  // [note.unit]; NaN: left open, see is_left_open
    Annotation note;
    Place place;
};

/// Something that changes from outside at known times: piecewise constant between schedule actions.
struct Input {
    std::string name;                     // the name that the outside uses (the shared pool's name)
    std::optional<double> default_value;  // none: mandatory
    Annotation note;
    Place place;
};

/// Anything that can be observed: a variable, an output or a feature.
struct Observable {
    enum class Kind : std::uint8_t { variable, output, feature };
    std::string name;
    NodeId value;
    Kind kind = Kind::variable;
    Annotation note;
    Place place;
};

struct Assignment {
    enum class Target : std::uint8_t { state, parameter };
    enum class Form : std::uint8_t { value, value_times_factor, factor_over_value };
    Target target = Target::state;
    std::uint32_t index = 0;
    NodeId value;
    Form form = Form::value;  // what the target becomes; another than value only where events happen in turn
    NodeId factor{};  // just before the event happens, even if value is of an earlier time; invalid for Form::value
};

/// Fires when condition rises from false to true while time goes on.
struct Event {
    std::string name;
    NodeId condition;                     // 0 or 1
    std::vector<Assignment> assignments;  // may be empty: the solver only starts afresh
    Place place;
    // where events happen in turn
    bool true_before_start = true;   // the condition counts as true before the first time: it cannot fire there
    bool persistent = true;          // happens even if the condition falls while the event waits
    bool values_at_trigger = false;  // assigns values of the time at which the condition rose
    NodeId delay{};                  // [model time] taken when the condition rises; invalid for none
    NodeId priority{};               // taken anew whenever events wait for their turn; invalid for none
};

/// What events do that fire at one time.
enum class EventOrder : std::uint8_t {
    together,  // all take values from before; where two assign one target, the later wins. True from the start does not fire
    in_turn,  // SBML Level 3 Version 2, section 4.11.6: one after another, the highest priority first, equal ones drawn
              // by lot, those without one last and as they stand; all conditions are looked at again after each
};

struct Model {
    std::string name;
    double seconds_per_time_unit = 60.0;  // [s] of one unit of model time
    std::string time_unit;  // "ns", "us", "ms", "s", "min", "h", "d", "week" or "year" (of 365.25 d): spellings of base/units
    Graph graph;
    std::vector<State> states;
    std::vector<Parameter> parameters;
    std::vector<Input> inputs;
    std::vector<Observable> observables;  // in the order of the file
    std::vector<Event> events;
    EventOrder event_order = EventOrder::together;
    std::vector<std::string> sources;  // files it was read from
    std::vector<std::string> remarks;  // what the reader let pass, each with its place; for the user to see
};

}  // namespace kohort::model
