// Features over windows, computed along the way. Every step lies inside or outside of a window, since windows begin and end at stops.
// A window begins after what happens at its first time (a dose at `from` is in) and ends before what happens at its last.
// Extremes and crossings are looked for in three parts of each step and located on the dense output.
#pragma once

#include "kernels/batch.hpp"
#include "kernels/one_lane.hpp"
#include "kernels/root_finding.hpp"
#include "kernels/timetable.hpp"

#include <limits>

namespace kohort::kernels {

/// The step that the twins of `inside` have just made, from t to t_new; h spans the dense output.
template <class V>
struct MadeStep {
    MaskOf<V> inside;
    V t;
    V h;
    V t_new;
};

template <class Model, class V>
class Features {
public:
    using Mask = MaskOf<V>;
    using Op = Feature::Op;

    KOHORT_FUNCTION Features(const Batch& batch, const TimetableView& timetable, const Workspace<V>& w,
                             ModelCalls<Model, V> model, OneLane<Model, V>& one)
        : batch_(batch), timetable_(timetable), w_(w), model_(model), one_(one), n_(model.model.sizes().n_observables) {
        for (int feature = 0; feature < batch_.n_features; ++feature) w_.feature_open[feature] = V(0.0);
    }

    /// Takes all of a twin's features as not reached.
    KOHORT_FUNCTION void begin_twin(int lane, std::int64_t twin) {
        for (int feature = 0; feature < batch_.n_features; ++feature) {
            set_lane(w_.feature_open[feature], lane, 0.0);
            batch_.feature_value[feature * batch_.n_twins + twin] = nan;
        }
    }

    /// After a step that ends in y_end, before anything that happens there.
    KOHORT_FUNCTION void pass(const MadeStep<V>& step, const DenseOutput<V>& dense, const V* y_end) {
        if (!any_open(step.inside)) return;
        observe_points(step, dense, y_end);
        for (int place = 0; place < timetable_.n_windows; ++place) {
            const int index = timetable_.windows[place];
            const Mask inside = step.inside & is_true(w_.feature_open[index]);
            if (!any(inside)) continue;
            for (int point = 1; point < points_in_step; ++point) pass_part(index, inside, step, point);
        }
        for (int observable = 0; observable < n_; ++observable) {
            w_.observable[observable] = select(step.inside, at(w_.observable, 3, observable), w_.observable[observable]);
            w_.observable_rate[observable] = select(step.inside, at(w_.observable_rate, 3, observable),
                                                    w_.observable_rate[observable]);
        }
    }

    /// Before what happens at time t to the twins of `arrived`: windows that end here.
    KOHORT_FUNCTION void close(Mask arrived, V t, const std::int64_t* twin) {
        bool observed = false;
        for (int place = 0; place < timetable_.n_windows; ++place) {
            const int index = timetable_.windows[place];
            const Feature& feature = batch_.feature[index];
            const Mask closing = arrived & is_true(w_.feature_open[index]) & (t >= V(feature.to));
            if (!any(closing)) continue;
            if (feature.op == Op::integral && !observed) {
                model_.observe(t, w_.y, w_.observable);
                observed = true;
            }
            store(index, closing, twin);
        }
    }

    /// After all that happened at time t to the twins of `arrived`: windows that begin here, and jumps in those open.
    KOHORT_FUNCTION void arrive(Mask arrived, V t, const std::int64_t* twin) {
        if (timetable_.n_windows == 0) return;
        model_.observe(t, w_.y, w_.observable);
        model_.observe_rate(t, w_.y, w_.observable_rate);
        for (int place = 0; place < timetable_.n_windows; ++place) {
            const int index = timetable_.windows[place];
            const Feature& feature = batch_.feature[index];
            const Mask begins = arrived & (t == V(feature.from)) & !is_true(w_.feature_open[index]);
            if (any(begins)) open(index, begins, t);
            const Mask inside = arrived & is_true(w_.feature_open[index]);
            if (any(inside)) take_point(index, inside, t, w_.observable[feature.observable]);
            const Mask empty = begins & (V(feature.to) <= t);
            if (any(empty)) store(index, empty, twin);
        }
    }

private:
    static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

    [[nodiscard]] KOHORT_FUNCTION V& at(V* array, int point, int observable) const {
        return array[point * n_ + observable];
    }

    [[nodiscard]] KOHORT_FUNCTION bool any_open(Mask lanes) const {
        if (!timetable_.watches_inside) return false;
        for (int place = 0; place < timetable_.n_windows; ++place) {
            const int index = timetable_.windows[place];
            const Mask open = lanes & is_true(w_.feature_open[index]);
            if (batch_.feature[index].op != Op::integral && any(open)) return true;
        }
        return false;
    }

    static KOHORT_FUNCTION V time_of(const MadeStep<V>& step, int point) {
        return point + 1 == points_in_step ? step.t_new : fma(step.t_new - step.t, V(point / 3.0), step.t);
    }

    KOHORT_FUNCTION void observe_points(const MadeStep<V>& step, const DenseOutput<V>& dense, const V* y_end) {
        for (int point = 1; point < points_in_step; ++point) {
            const bool last = point + 1 == points_in_step;
            const V time = time_of(step, point);
            if (!last) dense.evaluate((time - step.t) / step.h, w_.y_scratch);
            const V* const y = last ? y_end : w_.y_scratch;
            model_.observe(time, y, w_.observable + point * n_);
            model_.observe_rate(time, y, w_.observable_rate + point * n_);
        }
    }

    KOHORT_FUNCTION void open(int index, Mask begins, V t) {
        const Feature& feature = batch_.feature[index];
        const V start = w_.observable[feature.observable];
        V& value = w_.feature_value[index];
        V& memory = w_.feature_memory[index];
        w_.feature_open[index] = select(begins, V(1.0), w_.feature_open[index]);
        switch (feature.op) {
            case Op::time_above:
            case Op::time_below: value = select(begins, V(0.0), value); break;
            case Op::first_above:
            case Op::first_below: value = select(begins, V(nan), value); break;
            default: value = select(begins, start, value); memory = select(begins, t, memory);
        }
    }

    /// One more point of the solution: extremes and first times.
    KOHORT_FUNCTION void take_point(int index, Mask inside, V t, V observed) {
        const Feature& feature = batch_.feature[index];
        V& value = w_.feature_value[index];
        V& memory = w_.feature_memory[index];
        const bool greatest = feature.op == Op::maximum || feature.op == Op::time_of_maximum;
        switch (feature.op) {
            case Op::minimum:
            case Op::maximum:
            case Op::time_of_minimum:
            case Op::time_of_maximum: {
                const Mask exceeds = greatest ? observed > value : observed < value;
                const Mask lost = observed != observed;  // a NaN stays: nothing exceeds it
                const Mask better = inside & (exceeds | lost);
                value = select(better, observed, value);
                memory = select(better, select(lost, V(nan), t), memory);
                break;
            }
            case Op::first_above:
            case Op::first_below: {
                const Mask first = inside & beyond(feature, observed) & (value != value);
                value = select(first, t, value);
                break;
            }
            default: break;
        }
    }

    [[nodiscard]] static KOHORT_FUNCTION Mask beyond(const Feature& feature, V observed) {
        const bool above = feature.op == Op::time_above || feature.op == Op::first_above;
        return above ? observed > V(feature.threshold) : observed < V(feature.threshold);
    }

    /// The part of the step that ends at `point`.
    KOHORT_FUNCTION void pass_part(int index, Mask inside, const MadeStep<V>& step, int point) {
        const Feature& feature = batch_.feature[index];
        const V from = time_of(step, point - 1);
        const V to = time_of(step, point);
        const V old_value = at(w_.observable, point - 1, feature.observable);
        const V new_value = at(w_.observable, point, feature.observable);
        switch (feature.op) {
            case Op::minimum:
            case Op::maximum:
            case Op::time_of_minimum:
            case Op::time_of_maximum:
                pass_extreme(index, inside, step, point);
                take_point(index, inside, to, new_value);
                break;
            case Op::time_above:
            case Op::time_below:
            case Op::first_above:
            case Op::first_below: {
                const Mask old_beyond = beyond(feature, old_value);
                const Mask new_beyond = beyond(feature, new_value);
                const Mask crosses = inside & (old_beyond ^ new_beyond);
                const V crossing = crossing_times(feature, crosses, step, from, old_value, to, new_value);
                if (feature.op == Op::time_above || feature.op == Op::time_below) {
                    const V begin = select(old_beyond, from, select(new_beyond, crossing, to));
                    const V end = select(new_beyond, to, select(old_beyond, crossing, to));
                    const V spent = select(new_value != new_value, V(nan), end - begin);
                    w_.feature_value[index] = select(inside, w_.feature_value[index] + spent, w_.feature_value[index]);
                } else {
                    take_point(index, crosses & new_beyond, crossing, new_value);
                }
                break;
            }
            default: break;
        }
    }

    /// An extreme inside the part, where the observable's rate changes its sign.
    KOHORT_FUNCTION void pass_extreme(int index, Mask inside, const MadeStep<V>& step, int point) {
        const Feature& feature = batch_.feature[index];
        const V old_rate = at(w_.observable_rate, point - 1, feature.observable);
        const V new_rate = at(w_.observable_rate, point, feature.observable);
        const bool greatest = feature.op == Op::maximum || feature.op == Op::time_of_maximum;
        const Mask turns = greatest ? (old_rate > V(0.0)) & (new_rate < V(0.0)) : (old_rate < V(0.0)) & (new_rate > V(0.0));
        const Mask searched = inside & turns;
        for_lanes(searched, [&](int lane) {
            take_step(lane, step);
            const double time = narrow_sign_change(
                                    get_lane(time_of(step, point - 1), lane), get_lane(old_rate, lane),
                                    get_lane(time_of(step, point), lane), get_lane(new_rate, lane),
                                    [&](double t) { return one_.observable_rate_at(t, feature.observable); })
                                    .after;
            const V observed(one_.observable_at(time, feature.observable));
            take_point(index, mask_from_lanes<V>([&](int other) { return other == lane; }), V(time), observed);
        });
    }

    /// When the observable crosses the threshold, in the lanes of `crosses`.
    KOHORT_FUNCTION V crossing_times(const Feature& feature, Mask crosses, const MadeStep<V>& step, V from, V old_value,
                                     V to, V new_value) {
        V crossing = to;
        for_lanes(crosses, [&](int lane) {
            take_step(lane, step);
            const double time = narrow_sign_change(get_lane(from, lane), get_lane(old_value, lane) - feature.threshold,
                                                   get_lane(to, lane), get_lane(new_value, lane) - feature.threshold,
                                                   [&](double t) {
                                                       return one_.observable_at(t, feature.observable) - feature.threshold;
                                                   })
                                    .after;
            set_lane(crossing, lane, time);
        });
        return crossing;
    }

    KOHORT_FUNCTION void take_step(int lane, const MadeStep<V>& step) {
        one_.take_step(lane, get_lane(step.t, lane), get_lane(step.h, lane));
    }

    KOHORT_FUNCTION void store(int index, Mask closing, const std::int64_t* twin) {
        const Feature& feature = batch_.feature[index];
        V result = w_.feature_value[index];
        if (feature.op == Op::time_of_minimum || feature.op == Op::time_of_maximum) result = w_.feature_memory[index];
        if (feature.op == Op::integral) result = w_.observable[feature.observable] - result;
        for_lanes(closing, [&](int lane) {
            const double value = get_lane(result, lane);
            batch_.feature_value[index * batch_.n_twins + twin[lane]] = value == value ? value : nan;
        });
        w_.feature_open[index] = select(closing, V(0.0), w_.feature_open[index]);
    }

    const Batch& batch_;
    const TimetableView& timetable_;
    const Workspace<V>& w_;
    ModelCalls<Model, V> model_;
    OneLane<Model, V>& one_;
    int n_;  // observables
};

}  // namespace kohort::kernels
