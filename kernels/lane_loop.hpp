// Integrates twins on the lanes of one thread until the queue is empty. Each twin has its own time, step, error and events;
// the operations on a lane never read another lane, so a twin's result does not depend on its neighbours or on the width.
// When a lane's twin is done, the next twin from the queue takes the lane.
#pragma once

#include "kernels/consistent.hpp"
#include "kernels/event_queue.hpp"
#include "kernels/events.hpp"
#include "kernels/explicit_step.hpp"
#include "kernels/features.hpp"
#include "kernels/fixed_step.hpp"
#include "kernels/plugin.hpp"
#include "kernels/rodas4.hpp"
#include "kernels/rodas4p2.hpp"
#include "kernels/rodas5p.hpp"
#include "kernels/rosenbrock_step.hpp"
#include "kernels/status.hpp"
#include "kernels/taylor_step.hpp"
#include "kernels/tiles.hpp"
#include "kernels/timetable.hpp"
#include "kernels/tsit5.hpp"

#include <algorithm>
#include <limits>

namespace kohort::kernels {

template <class Model, int W>
class LaneLoop {
public:
    using V = Value<W>;
    using Mask = MaskOf<V>;
    static constexpr bool mixed = StageCalls<Model, V>::mixed;  // Rosenbrock methods only: no other is compiled

    KOHORT_FUNCTION LaneLoop(const Model& model, const Batch& batch, const IntegrateOptions& options,
                             const TimetableView& timetable, const WorkspaceOf<Model, V>& workspace, WorkQueue& queue)
        : batch_(batch),
          options_(options),
          timetable_(timetable),
          w_(workspace),
          queue_(queue),
          model_{model, workspace.parameter, workspace.input, workspace.hoisted, looks_back(model) ? &past_ : nullptr},
          stages_{model_, workspace},
          n_dense_(terms_of_dense(options.method)),
          one_(model, w_, n_dense_, options.rtol, model_.past),
          features_(batch, timetable, w_, model_, one_) {}

    KOHORT_FUNCTION void run() {
        prepare();
        settle();
        std::int64_t vector_steps = 0;
        for (; any(active_); ++vector_steps) {
            advance();
            settle();
        }
        queue_.add_vector_steps(vector_steps);
    }

private:
    // --- the whole of it ---

    /// One attempted step on every lane.
    KOHORT_FUNCTION void advance() {
        known_ = {};
        if (any(fresh_)) choose_first_steps();
        if (options_.to_steady_state && finish_settled()) return;
        plan_step();
        if (has_kinks_ && !stop_at_kinks()) return;
        const V error = attempt_step();
        const Mask accepted = active_ & (error <= V(1.0));
        dense_ready_ = false;
        event_ = Mask(false);
        y_end_ = w_.y_new;
        if (looks_back_) remember(accepted);
        if (has_events_ && any(accepted)) find_events(accepted);
        if (looks_back_) remember_only_until(accepted & event_);
        kink_ = kink_ & accepted & !event_;
        arrived_ = accepted & (lands_ | event_);
        write_samples_inside(accepted);
        if (timetable_.watches_inside) pass_features(accepted);
        choose_next_steps(error, accepted);
        commit(accepted);
    }

    /// What happens at one time, until every lane is under way: windows, events, actions, observations, the end, the next twin.
    KOHORT_FUNCTION void settle() {
        while (any(arrived_)) {
            const Mask arrived = arrived_;
            arrived_ = Mask(false);
            if (begins_ != 0) begin_twins();
            features_.close(arrived, select(kink_, kink_after_, t_), twin_);  // a window may end between a kink's sides
            change_twins(arrived);
            const Mask staying = arrived & active_ & !lane_mask(begins_);  // without those whose lane was given away just now
            features_.arrive(staying, t_, twin_);
            write_samples_now(staying);
            for_lanes(staying, [&](int lane) { look_ahead(lane); });
        }
    }

    // --- twins come and go ---

    KOHORT_FUNCTION void prepare();
    KOHORT_FUNCTION void list_states();
    KOHORT_FUNCTION void take_next_twin(int lane);
    KOHORT_FUNCTION void begin_twins();
    KOHORT_FUNCTION void make_start_consistent(int lane);
    KOHORT_FUNCTION void look_ahead(int lane);
    [[nodiscard]] KOHORT_FUNCTION TilePlace place_of(std::int64_t twin) const;
    KOHORT_FUNCTION void finish(int lane, TwinStatus status);
    KOHORT_FUNCTION bool finish_settled();
    KOHORT_FUNCTION void note_settled(Mask accepted);
    [[nodiscard]] KOHORT_FUNCTION V tolerated_change(int state, V y) const;

    // --- steps ---

    KOHORT_FUNCTION void choose_first_steps();
    [[nodiscard]] KOHORT_FUNCTION Mask knows_first_step() const;
    KOHORT_FUNCTION void guess_first_steps(Mask guesses);
    [[nodiscard]] KOHORT_INLINE V scale_of(int state) const;
    [[nodiscard]] KOHORT_FUNCTION V curvature_by_jacobian();
    [[nodiscard]] KOHORT_FUNCTION V curvature_by_probe(V h);
    KOHORT_FUNCTION void plan_step();
    KOHORT_FUNCTION bool stop_at_kinks();
    [[nodiscard]] KOHORT_FUNCTION double beyond_equality(int lane, double after);
    KOHORT_FUNCTION V attempt_step();
    KOHORT_FUNCTION void choose_next_steps(V error, Mask accepted);
    KOHORT_FUNCTION void give_up(Mask rejected, Mask smallest);
    KOHORT_FUNCTION void note_largest(Mask accepted);
    KOHORT_FUNCTION void commit(Mask accepted);
    [[nodiscard]] KOHORT_FUNCTION DenseOutput<V> dense();
    KOHORT_FUNCTION DenseOutput<V> dense_of_every_state();
    KOHORT_FUNCTION void fill_dense(StateList states);
    [[nodiscard]] KOHORT_FUNCTION int error_order() const;

    // --- events, actions, observations ---

    KOHORT_FUNCTION void find_events(Mask accepted);
    KOHORT_FUNCTION void remember(Mask accepted);
    KOHORT_FUNCTION void remember_only_until(Mask cut);
    [[nodiscard]] KOHORT_FUNCTION Mask past_is_full() const;
    KOHORT_FUNCTION void remember_start(Mask begins, int end);
    KOHORT_FUNCTION void remember_breaks(Mask changing);
    [[nodiscard]] KOHORT_FUNCTION double next_break(int lane);
    KOHORT_FUNCTION void change_twins(Mask arrived);
    KOHORT_FUNCTION void note_rates_before(Mask will_guess);
    KOHORT_FUNCTION void lose(int lane, TwinStatus why);
    KOHORT_FUNCTION void note_stale(Stale which);
    KOHORT_FUNCTION void hoist_what_changed();
    KOHORT_FUNCTION void make_twin_consistent(int lane);
    KOHORT_FUNCTION void put_back(int lane);
    KOHORT_FUNCTION void let_events_happen(Mask lanes);
    KOHORT_FUNCTION void let_queue_happen(int lane);
    KOHORT_FUNCTION void let_events_happen_together(Mask lanes);
    KOHORT_FUNCTION void fire_risen(int lane, const V* now);
    KOHORT_FUNCTION void begin_queue(int lane);
    KOHORT_FUNCTION void forget_events(int lane);
    KOHORT_FUNCTION void set_truth_before_start(Mask begins);
    [[nodiscard]] KOHORT_FUNCTION double next_due(int lane) const;
    KOHORT_FUNCTION void apply_actions(int lane);
    KOHORT_FUNCTION void apply(const Action& action, int lane);
    KOHORT_FUNCTION void measure(int lane, int feature);
    KOHORT_FUNCTION void write_samples_inside(Mask accepted);
    KOHORT_FUNCTION void write_samples_now(Mask arrived);
    template <class IsDue, class Observe>
    KOHORT_INLINE void pass_samples(Mask due, IsDue is_due, Observe observe);
    KOHORT_INLINE void write_samples(Mask due, V sample);
    KOHORT_INLINE void write_rows(Mask due, V row);
    KOHORT_FUNCTION void pass_features(Mask accepted);
    KOHORT_FUNCTION void write_feature_sample(int lane, int sample);
    [[nodiscard]] KOHORT_FUNCTION Mask with_changes(Mask arrived) const;

    static constexpr double infinity = std::numeric_limits<double>::infinity();
    static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

    [[nodiscard]] static KOHORT_FUNCTION Mask lane_mask(unsigned lanes) {
        return mask_from_lanes<V>([&](int lane) { return ((lanes >> lane) & 1U) != 0; });
    }
    [[nodiscard]] static KOHORT_FUNCTION int terms_of_dense(Method method) {
        switch (method) {
            case Method::rodas4: return Rodas4::n_dense;
            case Method::rodas4p2: return Rodas4P2::n_dense;
            case Method::rodas5p: return Rodas5P::n_dense;
            case Method::tsit5: return Tsit5::n_dense;
            case Method::taylor: break;
        }
        return Taylor::n_dense;
    }
    [[nodiscard]] KOHORT_FUNCTION bool is_explicit() const {
        return options_.method == Method::tsit5 || options_.method == Method::taylor;
    }
    [[nodiscard]] KOHORT_FUNCTION decltype(auto) sizes() const { return model_.model.sizes(); }
    [[nodiscard]] KOHORT_FUNCTION int n_observed() const { return sizes().n_observables; }
    /// The smallest step that moves a time well [model time].
    [[nodiscard]] KOHORT_FUNCTION V resolution(V time) const {
        return fma(math::abs(time), V(4.0 * std::numeric_limits<double>::epsilon()),
                   V(1e-30 * (batch_.t_end - batch_.t_begin)));
    }

    const Batch& batch_;
    const IntegrateOptions& options_;
    const TimetableView& timetable_;
    const WorkspaceOf<Model, V>& w_;
    WorkQueue& queue_;
    PastOf<Model> past_;
    ModelCalls<Model, V> model_;
    StageCalls<Model, V> stages_;
    int n_dense_;
    OneLane<Model, V> one_;
    Features<Model, V> features_;
    const bool has_events_ = model_.model.sizes().n_events > 0 && !options_.to_steady_state;
    const bool in_turn_ = has_events_ && fires_in_turn(model_.model);
    const int end_of_kinks_ =  // roots behind those of events that end steps
        model_.model.sizes().n_roots - (timetable_.watches_inside ? 0 : model_.model.sizes().n_observed_roots);
    const bool has_kinks_ = end_of_kinks_ > model_.model.sizes().n_event_roots;

    const bool looks_back_ = looks_back(model_.model);

    // per lane
    Mask active_{false};             // has a twin
    Mask arrived_{false};            // something may happen at its time
    Mask fresh_{false};              // begins, or goes on after a discontinuity: no step is known
    Mask lands_{false};              // this step ends at stop_
    Mask event_{false};              // this step was cut by an event
    Mask kink_{false};               // stop_ is just before a kink; kink_after_ is just after it
    Mask rejected_{false};           // the last attempt failed
    Mask undefined_{false};          // the last attempt that failed met something not finite
    Mask beyond_floats_{false};      // mixed precision: the twin has values that no float can be
    Mask changed_{false};            // at this stop
    Mask lost_{false};               // cannot go on from this stop; why_lost_ says why
    V t_{0.0};                       // [model time] start of the step
    V t_new_{1.0};                   // [model time] its end
    V h_{1.0};                       // [model time] its length
    V planned_{1.0};                 // [model time] the step that the error allows
    V stop_{1.0};                    // [model time] the next time at which the twin must stop
    V kink_after_{0.0};              // [model time]
    Mask first_after_break_{false};  // no step was accepted since the discontinuity
    V step_after_break_{0.0};  // [model time] what the first step after the last discontinuity should have been; 0: unknown
    V n_accepted_{0.0};        // steps
    V n_rejected_{0.0};
    Mask settled_{false};             // a step as long as the horizon of a steady state changed nothing
    const V* y_end_ = nullptr;        // (n_states) at t_new_: w_.y_new, or w_.rate with the states at events put in
    StateList every_{};               // states
    StateList inside_{};              // those that are read inside a step
    StateList observed_{};            // those that observables read
    bool dense_ready_ = false;        // w_.dense holds those of inside_
    KnownAtStart<V> known_{};         // of the step to attempt: after the guess of a first step
    bool first_stage_ready_ = false;  // explicit methods: w_.stage holds the rates at (t_, y)
    unsigned inconsistent_ = 0;       // lanes whose equations have no solution at the start that was found, as bits
    unsigned begins_ = 0;             // lanes whose twin has just come, as bits
    Stale stale_ = Stale::none;       // hoisted values that changes since they were computed have made out of date
    TwinStatus why_lost_[W] = {};
    std::int64_t twin_[W] = {};
    std::int64_t next_action_[W] = {};
    std::int64_t last_action_[W] = {};
    V sample_time_{infinity};  // [model time] of the next sample
    V next_sample_{0.0};       // its place among the samples
    V row_start_{0.0};         // where its first row of observations lies
    V row_stride_{0.0};        // from row to row
    int next_window_stop_[W] = {};
    std::int64_t taken_ = 0;  // twins fetched from the queue and not yet on a lane: [taken_, taken_end_)
    std::int64_t taken_end_ = 0;
};

}  // namespace kohort::kernels

#include "kernels/lane_loop_changes.hpp"
#include "kernels/lane_loop_output.hpp"
#include "kernels/lane_loop_past.hpp"
#include "kernels/lane_loop_steps.hpp"
#include "kernels/lane_loop_twins.hpp"
