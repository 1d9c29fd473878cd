// One value of the past that a model reads: a state, or its rate, some delay ago.
#pragma once

namespace kohort {

struct Lookup {
    int state = 0;
    bool is_rate = false;         // d state / d time there, of the interpolated solution
    bool feeds_back = false;      // rates depend on it: no step may be longer than its delay
    bool constant_delay = false;  // the delay does not change in a twin's life, apart from events

    friend constexpr bool operator==(const Lookup&, const Lookup&) = default;
};

}  // namespace kohort
