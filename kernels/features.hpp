// Features over windows, computed along the way. Every step lies inside or outside of a window, since windows begin and end at stops.
// A window begins after what happens at its first time (a dose at `from` is in) and ends before what happens at its last.
// features_inside.hpp looks for extremes and crossings inside each step.
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

/// One observable between two times inside a step.
template <class V>
struct PartOfStep {
    V from;      // [model time]
    V to;        // [model time]
    V value;     // [observable's unit] at from
    V rate;      // [observable's unit / model time]
    V to_value;  // at to
    V to_rate;
};

template <class Model, class V>
class Features {
public:
    using Mask = MaskOf<V>;
    using Op = Feature::Op;

    KOHORT_FUNCTION Features(const Batch& batch, const TimetableView& timetable, const WorkspaceOf<Model, V>& w,
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
    KOHORT_FUNCTION void pass(const MadeStep<V>& step, const DenseOutput<V>& dense, const V* y_end);

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

    // --- inside a step ---

    KOHORT_FUNCTION void observe_points(const MadeStep<V>& step, const DenseOutput<V>& dense, const V* y_end);
    [[nodiscard]] KOHORT_FUNCTION PartOfStep<V> part_of(const MadeStep<V>& step, int observable, int point) const;
    [[nodiscard]] KOHORT_FUNCTION Mask may_be_missed(int index, const MadeStep<V>& step) const;
    KOHORT_FUNCTION void pass_finely(int index, int lane, const MadeStep<V>& step);
    KOHORT_FUNCTION void pass_part(int index, Mask inside, const MadeStep<V>& step, const PartOfStep<V>& part);
    KOHORT_FUNCTION void pass_extreme(int index, Mask inside, const MadeStep<V>& step, const PartOfStep<V>& part);
    KOHORT_FUNCTION void pass_threshold(int index, Mask inside, const MadeStep<V>& step, const PartOfStep<V>& part);
    [[nodiscard]] KOHORT_FUNCTION double turning_time(int lane, int observable, const PartOfStep<V>& part) const;

    // --- at one time ---

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
        switch (feature.op) {
            case Op::minimum:
            case Op::maximum:
            case Op::time_of_minimum:
            case Op::time_of_maximum: {
                const Mask exceeds = seeks_maximum(feature) ? observed > value : observed < value;
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

    [[nodiscard]] static KOHORT_FUNCTION bool seeks_maximum(const Feature& feature) {
        return feature.op == Op::maximum || feature.op == Op::time_of_maximum;
    }

    [[nodiscard]] static KOHORT_FUNCTION bool seeks_extreme(const Feature& feature) {
        return seeks_maximum(feature) || feature.op == Op::minimum || feature.op == Op::time_of_minimum;
    }

    [[nodiscard]] static KOHORT_FUNCTION Mask beyond(const Feature& feature, V observed) {
        const bool above = feature.op == Op::time_above || feature.op == Op::first_above;
        return above ? observed > V(feature.threshold) : observed < V(feature.threshold);
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
    const WorkspaceOf<Model, V>& w_;
    ModelCalls<Model, V> model_;
    OneLane<Model, V>& one_;
    int n_;  // observables
};

}  // namespace kohort::kernels

#include "kernels/features_inside.hpp"
