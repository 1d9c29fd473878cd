// The past of LaneLoop's twins, where the model looks back: see past.hpp.
#pragma once

#include "kernels/lane_loop.hpp"

namespace kohort::kernels {

/// Before the start the states up to `end` were as w.y_scratch says.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::remember_start([[maybe_unused]] Mask begins, [[maybe_unused]] int end) {
    if constexpr (LooksBack<Model>) {
        for_lanes(begins, [&](int lane) {
            for (std::size_t column = 0; column < past_.states().size(); ++column) {
                const int state = past_.states()[column];
                if (state < end) past_.set_start(lane, column, get_lane(w_.y_scratch[state], lane));
            }
        });
    }
}

/// The step just accepted, so that events and observations inside it can look back into it.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::remember([[maybe_unused]] Mask accepted) {
    if constexpr (LooksBack<Model>) {
        if (!any(accepted)) return;
        const DenseOutput<V> inside = dense_of_every_state();
        for_lanes(accepted, [&](int lane) {
            past_.forget(lane, get_lane(t_, lane));
            History& history = past_.history(lane);
            history.push(get_lane(t_, lane), get_lane(h_, lane), get_lane(t_new_, lane));
            for (const int state : past_.states()) {
                const V* const d = inside.number + state * dense_numbers(inside.n_terms) + 2;
                const auto term = [&](int which) { return which < inside.n_terms ? get_lane(d[which], lane) : 0.0; };
                history.push_column(get_lane(w_.y[state], lane), get_lane(w_.y_new[state], lane), term(0), term(1), term(2));
            }
        });
    }
}

/// Twins whose past has no room for another step.
template <class Model, int W>
KOHORT_FUNCTION typename LaneLoop<Model, W>::Mask LaneLoop<Model, W>::past_is_full() const {
    if constexpr (LooksBack<Model>) {
        if (looks_back_) return mask_from_lanes<V>([&](int lane) { return past_.is_full(lane); });
    }
    return Mask(false);
}

/// An event has cut the step.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::remember_only_until([[maybe_unused]] Mask cut) {
    if constexpr (LooksBack<Model>) {
        for_lanes(cut, [&](int lane) { past_.history(lane).cut(get_lane(t_new_, lane)); });
    }
}

/// What changes suddenly now shows in the rates again when the delays are over: steps end there.
template <class Model, int W>
KOHORT_FUNCTION void LaneLoop<Model, W>::remember_breaks([[maybe_unused]] Mask changing) {
    if constexpr (LooksBack<Model>) {
        model_.look_back(t_, w_.y);
        V longest(0.0);
        for (int place = 0; place < sizes().n_lookups; ++place) {
            V delay(0.0);
            model_.model.delay(place, t_, w_.y, w_.parameter, w_.input, w_.hoisted, &delay);
            longest = select(delay > longest, delay, longest);
            if (!model_.model.lookup(place).feeds_back) continue;
            for_lanes(changing,
                      [&](int lane) { past_.history(lane).add_break(get_lane(t_, lane) + get_lane(delay, lane)); });
        }
        for_lanes(changing, [&](int lane) { past_.set_reach(lane, get_lane(longest, lane)); });
    }
}

template <class Model, int W>
KOHORT_FUNCTION double LaneLoop<Model, W>::next_break([[maybe_unused]] int lane) {
    if constexpr (LooksBack<Model>) {
        if (looks_back_) return past_.history(lane).next_break(get_lane(t_, lane));
    }
    return infinity;
}

}  // namespace kohort::kernels
