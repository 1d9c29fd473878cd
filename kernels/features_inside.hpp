// Features inside a step: extremes and crossings, between four points of the step and located on the dense output.
//
// An observable may wiggle where the states do not, since only the errors of states are controlled. Where its values and
// rates at the four points are not those of one smooth curve, and what lies between could matter, the step is looked at in
// 48 parts instead of 3. A wiggle that shows at none of the four points is not seen; max_step bounds how long it can be.
#pragma once

#include "base/lane_math.hpp"
#include "kernels/features.hpp"

namespace kohort::kernels {

inline constexpr int parts_of_a_look = points_in_step - 1;
inline constexpr int fine_looks = 16;             // 48 parts
inline constexpr double smooth_deviation = 0.01;  // [variation in the step] a deviation up to this is that of a smooth curve
inline constexpr double margin_of_deviation = 8.0;  // what is missed is at most so many deviations away

template <class Model, class V>
KOHORT_FUNCTION void Features<Model, V>::pass(const MadeStep<V>& step, const DenseOutput<V>& dense, const V* y_end) {
    if (!any_open(step.inside)) return;
    observe_points(step, dense, y_end);
    for (int place = 0; place < timetable_.n_windows; ++place) {
        const int index = timetable_.windows[place];
        const Feature& feature = batch_.feature[index];
        const Mask inside = step.inside & is_true(w_.feature_open[index]);
        if (feature.op == Op::integral || !any(inside)) continue;
        const Mask rough = inside & may_be_missed(index, step);
        for (int point = 1; point < points_in_step; ++point) {
            pass_part(index, inside & !rough, step, part_of(step, feature.observable, point));
        }
        for_lanes(rough, [&](int lane) { pass_finely(index, lane, step); });
    }
    for (int observable = 0; observable < n_; ++observable) {
        w_.observable[observable] = select(step.inside, at(w_.observable, 3, observable), w_.observable[observable]);
        w_.observable_rate[observable] = select(step.inside, at(w_.observable_rate, 3, observable),
                                                w_.observable_rate[observable]);
    }
}

template <class Model, class V>
KOHORT_FUNCTION void Features<Model, V>::observe_points(const MadeStep<V>& step, const DenseOutput<V>& dense, const V* y_end) {
    for (int point = 1; point < points_in_step; ++point) {
        const bool last = point + 1 == points_in_step;
        const V time = last ? step.t_new : fma(step.t_new - step.t, V(point / 3.0), step.t);
        if (!last) dense.evaluate((time - step.t) / step.h, w_.y_scratch);
        const V* const y = last ? y_end : w_.y_scratch;
        model_.observe(time, y, w_.observable + point * n_);
        model_.observe_rate(time, y, w_.observable_rate + point * n_);
    }
}

/// The part that ends at `point`.
template <class Model, class V>
KOHORT_FUNCTION PartOfStep<V> Features<Model, V>::part_of(const MadeStep<V>& step, int observable, int point) const {
    const auto time = [&](int of) {
        return of + 1 == points_in_step ? step.t_new : fma(step.t_new - step.t, V(of / 3.0), step.t);
    };
    return {time(point - 1),
            time(point),
            at(w_.observable, point - 1, observable),
            at(w_.observable_rate, point - 1, observable),
            at(w_.observable, point, observable),
            at(w_.observable_rate, point, observable)};
}

/// Where a middle point lies off the cubic through its neighbours by so much that the feature could depend on it.
template <class Model, class V>
KOHORT_FUNCTION MaskOf<V> Features<Model, V>::may_be_missed(int index, const MadeStep<V>& step) const {
    const Feature& feature = batch_.feature[index];
    const auto value = [&](int point) { return at(w_.observable, point, feature.observable); };
    const auto rate = [&](int point) { return at(w_.observable_rate, point, feature.observable); };
    const V length = (step.t_new - step.t) * V(2.0 / 3.0);
    V deviation(0.0);
    for (int point = 1; point < 3; ++point) {
        const V cubic = fma(length * V(0.125), rate(point - 1) - rate(point + 1),
                            V(0.5) * (value(point - 1) + value(point + 1)));
        deviation = math::max(deviation, math::abs(value(point) - cubic));
    }
    const V least = math::min(math::min(value(0), value(1)), math::min(value(2), value(3)));
    const V greatest = math::max(math::max(value(0), value(1)), math::max(value(2), value(3)));
    const Mask wiggles = deviation > V(smooth_deviation) * (greatest - least);
    const V below = least - V(margin_of_deviation) * deviation;
    const V above = greatest + V(margin_of_deviation) * deviation;
    if (!seeks_extreme(feature)) return wiggles & (below < V(feature.threshold)) & (V(feature.threshold) < above);
    return wiggles & (seeks_maximum(feature) ? above > w_.feature_value[index] : below < w_.feature_value[index]);
}

/// One lane's step in many parts.
template <class Model, class V>
KOHORT_FUNCTION void Features<Model, V>::pass_finely(int index, int lane, const MadeStep<V>& step) {
    const int observable = batch_.feature[index].observable;
    const Mask alone = mask_from_lanes<V>([&](int other) { return other == lane; });
    const double begin = get_lane(step.t, lane);
    const double end = get_lane(step.t_new, lane);
    const int n_parts = parts_of_a_look * fine_looks;
    take_step(lane, step);
    PartOfStep<V> part;
    part.to = V(begin);
    part.to_value = V(get_lane(at(w_.observable, 0, observable), lane));
    part.to_rate = V(get_lane(at(w_.observable_rate, 0, observable), lane));
    for (int done = 1; done <= n_parts; ++done) {
        part.from = part.to;
        part.value = part.to_value;
        part.rate = part.to_rate;
        const double time = done == n_parts ? end : begin + (end - begin) * done / n_parts;
        const bool last = done == n_parts;
        part.to = V(time);
        part.to_value = V(last ? get_lane(at(w_.observable, 3, observable), lane) : one_.observable_at(time, observable));
        part.to_rate = V(last ? get_lane(at(w_.observable_rate, 3, observable), lane)
                              : one_.observable_rate_at(time, observable));
        pass_part(index, alone, step, part);
    }
}

template <class Model, class V>
KOHORT_FUNCTION void Features<Model, V>::pass_part(int index, Mask inside, const MadeStep<V>& step,
                                                   const PartOfStep<V>& part) {
    const Feature& feature = batch_.feature[index];
    if (feature.op == Op::integral || feature.op == Op::value_at) return;
    if (!seeks_extreme(feature)) {
        pass_threshold(index, inside, step, part);
        return;
    }
    pass_extreme(index, inside, step, part);
    take_point(index, inside, part.to, part.to_value);
}

/// Where the observable's rate changes its sign, in a lane that one_ holds.
template <class Model, class V>
KOHORT_FUNCTION double Features<Model, V>::turning_time(int lane, int observable, const PartOfStep<V>& part) const {
    return narrow_sign_change(get_lane(part.from, lane), get_lane(part.rate, lane), get_lane(part.to, lane),
                              get_lane(part.to_rate, lane),
                              [&](double t) { return one_.observable_rate_at(t, observable); })
        .after;
}

/// An extreme inside the part.
template <class Model, class V>
KOHORT_FUNCTION void Features<Model, V>::pass_extreme(int index, Mask inside, const MadeStep<V>& step,
                                                      const PartOfStep<V>& part) {
    const Feature& feature = batch_.feature[index];
    const Mask turns = seeks_maximum(feature) ? (part.rate > V(0.0)) & (part.to_rate < V(0.0))
                                              : (part.rate < V(0.0)) & (part.to_rate > V(0.0));
    for_lanes(inside & turns, [&](int lane) {
        take_step(lane, step);
        const double time = turning_time(lane, feature.observable, part);
        const V observed(one_.observable_at(time, feature.observable));
        take_point(index, mask_from_lanes<V>([&](int other) { return other == lane; }), V(time), observed);
    });
}

/// The time beyond the threshold in the part, and when it was first crossed; also where the observable goes beyond and comes
/// back within the part, which its tangent at the beginning tells.
template <class Model, class V>
KOHORT_FUNCTION void Features<Model, V>::pass_threshold(int index, Mask inside, const MadeStep<V>& step,
                                                        const PartOfStep<V>& part) {
    const Feature& feature = batch_.feature[index];
    const Mask old_beyond = beyond(feature, part.value);
    const Mask new_beyond = beyond(feature, part.to_value);
    V entry = select(old_beyond, part.from, part.to);
    V spent = select(old_beyond, part.to - part.from, V(0.0));
    Mask enters(false);
    const auto crossing = [&](double from, double value, double to, double to_value) {
        return narrow_sign_change(from, value - feature.threshold, to, to_value - feature.threshold,
                                  [&](double t) { return one_.observable_at(t, feature.observable) - feature.threshold; })
            .after;
    };
    const Mask turns = ((part.rate > V(0.0)) ^ (part.to_rate > V(0.0))) &
                       (old_beyond ^ beyond(feature, fma(part.rate, part.to - part.from, part.value)));
    for_lanes(inside & ((old_beyond ^ new_beyond) | turns), [&](int lane) {
        take_step(lane, step);
        const double from = get_lane(part.from, lane);
        const double to = get_lane(part.to, lane);
        const double value = get_lane(part.value, lane);
        const double to_value = get_lane(part.to_value, lane);
        const bool begins_beyond = get_lane(old_beyond, lane);
        if (begins_beyond != get_lane(new_beyond, lane)) {
            const double time = crossing(from, value, to, to_value);
            set_lane(spent, lane, begins_beyond ? time - from : to - time);
            set_lane(entry, lane, time);
            set_lane(enters, lane, !begins_beyond);
            return;
        }
        const double turn = turning_time(lane, feature.observable, part);
        const double turn_value = one_.observable_at(turn, feature.observable);
        if (get_lane(beyond(feature, V(turn_value)), 0) == begins_beyond) return;
        const double out = crossing(from, value, turn, turn_value);
        const double back = crossing(turn, turn_value, to, to_value);
        set_lane(spent, lane, begins_beyond ? (out - from) + (to - back) : back - out);
        set_lane(entry, lane, out);
        set_lane(enters, lane, !begins_beyond);
    });
    if (feature.op == Op::time_above || feature.op == Op::time_below) {
        const V added = select(part.to_value != part.to_value, V(std::numeric_limits<double>::quiet_NaN()), spent);
        w_.feature_value[index] = select(inside, w_.feature_value[index] + added, w_.feature_value[index]);
    } else {
        V& first = w_.feature_value[index];
        first = select(inside & enters & (first != first), entry, first);
    }
}

}  // namespace kohort::kernels
