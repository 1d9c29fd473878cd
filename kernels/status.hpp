// What became of one twin's integration. Stored in every result file as int8 with these values.
#pragma once

#include <cstdint>

namespace kohort {

enum class TwinStatus : std::int8_t {
    ok = 0,
    not_run = 1,         // not reached (abandoned chunk, or an earlier phase failed)
    too_many_steps = 2,  // the step budget is used up
    step_too_small = 3,  // the step fell below the resolution of time: the solution blows up or has a kink we cannot pass
    not_finite = 4,      // the right-hand side or the start is NaN or infinite
    event_loop = 5,      // events trigger one another without end at one time
    no_steady_state = 6,      // prepare: steady_state did not settle
    too_many_pending = 7,     // more events wait for their delay than there is room for
    impossible_delay = 8,     // an event's delay is below 0 or not a number
    no_consistent_state = 9,  // no solution of the algebraic equations was found at the start or after a change
};

/// "ok", "too many steps", ...: the words of reports.
[[nodiscard]] constexpr const char* words_of(TwinStatus status) {
    switch (status) {
        case TwinStatus::ok: return "ok";
        case TwinStatus::not_run: return "not run";
        case TwinStatus::too_many_steps: return "too many steps";
        case TwinStatus::step_too_small: return "step too small";
        case TwinStatus::not_finite: return "not finite";
        case TwinStatus::event_loop: return "event loop";
        case TwinStatus::no_steady_state: return "no steady state";
        case TwinStatus::too_many_pending: return "too many pending events";
        case TwinStatus::impossible_delay: return "impossible delay";
        case TwinStatus::no_consistent_state: return "no consistent state";
    }
    return "unknown";
}

/// What a failure means to somebody who did not write the solver.
[[nodiscard]] constexpr const char* meaning_of(TwinStatus status) {
    switch (status) {
        case TwinStatus::ok: return "it went well";
        case TwinStatus::not_run: return "not reached";
        case TwinStatus::too_many_steps: return "more steps than solver: {max_steps: ...} allows";
        case TwinStatus::step_too_small:
            return "the solution grows beyond all bounds, or has a kink that no step passes";
        case TwinStatus::not_finite: return "the model gave a value that is not a number, such as 1/0 or log(-1)";
        case TwinStatus::event_loop: return "events of the model set each other off without end";
        case TwinStatus::no_steady_state:
            return "the twin did not come to rest (prepare: steady_state) or its dosing intervals did not repeat (ss: "
                   "1)";
        case TwinStatus::too_many_pending: return "more delayed events wait at one time than there is room for";
        case TwinStatus::impossible_delay: return "the delay of an event is negative or not a number";
        case TwinStatus::no_consistent_state: return "no solution of its algebraic equations was found";
    }
    return "unknown";
}

}  // namespace kohort
