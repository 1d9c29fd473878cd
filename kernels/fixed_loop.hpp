// Integrates twins with a fixed step where nothing happens to them but being observed: no doses, no events. All of them then
// take the same steps, two registers of them side by side so that fused multiply-adds need not wait for one another, and what
// a step computes stays in registers. The bits are those of lane_loop.hpp, which does everything else.
#pragma once

#include "kernels/fixed_step.hpp"
#include "kernels/plugin.hpp"
#include "kernels/tiles.hpp"
#include "kernels/timetable.hpp"
#include "kernels/tsit5.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kohort::kernels {

/// The most states of a model whose stages a compiler can keep in registers.
inline constexpr int most_states_in_registers = 4;

template <class Model>
concept FitsRegisters = requires {
    requires Model::sizes().n_states <= most_states_in_registers;  // known when it is compiled, unlike an interpreter's
    requires Model::sizes().n_events == 0 && Model::sizes().n_roots == 0 && Model::sizes().n_lookups == 0;
    requires Model::sizes().n_implicit() == 0;
};

template <class Model, int W>
    requires FitsRegisters<Model>
class FixedLoop {
public:
    /// Whether it can do all that the batch asks for.
    [[nodiscard]] static bool suits(const Batch& batch, const IntegrateOptions& options, const TimetableView& timetable) {
        const bool no_actions = batch.action_begin == nullptr || batch.action_begin[batch.n_twins] == batch.action_begin[0];
        const double most_steps = (batch.t_end - batch.t_begin) / options.step + timetable.n_samples + timetable.n_stops;
        const double latest = std::max(std::fabs(batch.t_begin), std::fabs(batch.t_end));
        return options.method == Method::tsit5 && options.step > 1e-12 * latest && !options.to_steady_state &&
               no_actions && timetable.n_windows == 0 && batch.largest_state == nullptr &&
               most_steps < 0.9 * static_cast<double>(options.max_steps);
    }

    FixedLoop(const Model& model, const Batch& batch, const IntegrateOptions& options, const TimetableView& timetable,
              WorkQueue& queue)
        : model_(model), batch_(batch), options_(options), timetable_(timetable), queue_(queue) {}

    void run() {
        std::int64_t vector_steps = 0;
        while (take_twins()) {
            begin();
            write_samples();
            for (int stop = 0; stop < timetable_.n_stops; ++stop) go_to(timetable_.stops[stop]);
            if (batch_.t_end > batch_.t_begin) go_to(batch_.t_end);
            finish();
            vector_steps += registers * n_steps_;
        }
        queue_.add_vector_steps(vector_steps);
    }

private:
    using V = Value<W>;
    using Tableau = Tsit5;
    static constexpr int registers = 2;
    static constexpr int n_twins_at_once = registers * W;
    static constexpr ModelSizes sizes = Model::sizes();
    static constexpr int n = sizes.n_states;
    static constexpr int at_least_one(int count) { return count > 0 ? count : 1; }

    /// Weights times the step that all twins take.
    struct WeightsOfStep {
        double value[Tableau::n_stages][Tableau::n_stages];
        explicit WeightsOfStep(double h) {
            for (int stage = 0; stage < Tableau::n_stages; ++stage)
                for (int j = 0; j < stage; ++j) value[stage][j] = h * Tableau::a[stage][j];
        }
        template <int stage, int j>
        [[nodiscard]] KOHORT_INLINE V weight() const {
            return V(value[stage][j]);
        }
    };

    struct States {
        V of[registers][n];
    };
    struct Rates {
        V of[registers][Tableau::n_stages * n];
    };

    /// Twins from the queue, until every lane has one. Lanes that find none repeat the first.
    bool take_twins() {
        n_taken_ = 0;
        for (; n_taken_ < n_twins_at_once; ++n_taken_) {
            if (next_ == next_end_) {
                const TwinRange range = queue_.take(batch_.n_twins);
                next_ = range.begin;
                next_end_ = range.end;
            }
            if (next_ == next_end_) break;
            twin_[n_taken_] = next_++;
        }
        for (int place = n_taken_; place < n_twins_at_once; ++place) twin_[place] = twin_[0];
        return n_taken_ > 0;
    }

    [[nodiscard]] V values_of_row(const double* rows, std::int64_t row, int part) const {
        V values(0.0);
        for (int lane = 0; lane < W; ++lane)
            set_lane(values, lane, rows[row * batch_.n_twins + twin_[part * W + lane]]);
        return values;
    }

    void begin() {
        t_ = batch_.t_begin;
        n_steps_ = 0;
        next_sample_ = 0;
        for (int place = 0; place < n_twins_at_once; ++place) failed_after_[place] = -1;
        for (int part = 0; part < registers; ++part) {
            for (int row = 0; row < sizes.n_parameters; ++row)
                parameter_[part][row] = values_of_row(batch_.parameter, row, part);
            for (int row = 0; row < sizes.n_inputs; ++row) input_[part][row] = values_of_row(batch_.input, row, part);
            model_.hoist(parameter_[part], input_[part], hoisted_[part]);
            if (batch_.initial_state == nullptr) {
                model_.initial(V(t_), parameter_[part], input_[part], y_.of[part]);
            } else {
                for (int row = 0; row < n; ++row) y_.of[part][row] = values_of_row(batch_.initial_state, row, part);
            }
        }
    }

    /// Steps to the stop, and what is to be observed there.
    void go_to(double stop) {
        const States y_before = y_;
        const double t_before = t_;
        const std::int64_t n_before = n_steps_;
        take_steps(stop);
        if (!all_finite()) {
            y_ = y_before;
            t_ = t_before;
            n_steps_ = n_before;
            take_steps_with_care(stop);
        }
        write_samples();
    }

    /// Everything a step calls is inlined, or its values would go through memory.
    [[gnu::flatten, gnu::noinline]] void take_steps(double stop) {
        const WeightsOfStep weights(options_.step);
        States y = y_;
        double t = t_;
        std::int64_t n_steps = n_steps_;
        for (; !is_last_step(stop - t, options_.step); ++n_steps) {
            const double t_new = t + options_.step;
            one_step(weights, t, options_.step, t_new, y);
            t = t_new;
        }
        y_ = y;
        single_step(t, stop - t, stop);
        t_ = stop;
        n_steps_ = n_steps + 1;
    }

    /// Compiled once, not for speed.
    [[gnu::noinline]] void single_step(double t, double h, double t_new) {
        one_step(WeightsOfStep(h), t, h, t_new, y_);
    }

    KOHORT_INLINE void one_step(const WeightsOfStep& weights, double t, double h, double t_new, States& y) const {
        Rates rate;
        for (int part = 0; part < registers; ++part)
            model_.rhs(V(t), y.of[part], parameter_[part], input_[part], hoisted_[part], rate.of[part]);
        stages<1>(weights, t, h, t_new, y, rate);
    }

    template <int stage>
    KOHORT_INLINE void stages(const WeightsOfStep& weights, double t, double h, double t_new, States& y, Rates& rate) const {
        States argument;
        for (int part = 0; part < registers; ++part) {
            for (int state = 0; state < n; ++state) {
                argument.of[part][state] = detail::stage_argument<Tableau, stage>(y.of[part][state], weights,
                                                                                  rate.of[part] + state, n);
            }
        }
        if constexpr (stage + 1 == Tableau::n_stages) {
            y = argument;
        } else {
            const V time = detail::stage_time(Tableau::alpha[stage], V(t), V(h), V(t_new));
            for (int part = 0; part < registers; ++part) {
                model_.rhs(time, argument.of[part], parameter_[part], input_[part], hoisted_[part],
                           rate.of[part] + stage * n);
            }
            stages<stage + 1>(weights, t, h, t_new, y, rate);
        }
    }

    [[nodiscard]] bool all_finite() const {
        for (int part = 0; part < registers; ++part) {
            const V zero = detail::zero_if_finite(y_.of[part], n);
            if (any(zero != V(0.0))) return false;
        }
        return true;
    }

    /// The same steps, to find the one in which a twin came to something not finite. It stays where it was before that one.
    void take_steps_with_care(double stop) {
        for (bool last = false; !last; ++n_steps_) {
            last = is_last_step(stop - t_, options_.step);
            const double t_new = last ? stop : t_ + options_.step;
            const States y_old = y_;
            single_step(t_, last ? stop - t_ : options_.step, t_new);
            for (int part = 0; part < registers; ++part) {
                const V zero = detail::zero_if_finite(y_.of[part], n);
                for (int lane = 0; lane < W; ++lane) {
                    const int place = part * W + lane;
                    if (failed_after_[place] < 0 && get_lane(zero, lane) != 0.0) {
                        failed_after_[place] = n_steps_;
                        failed_at_[place] = t_;
                    }
                    if (failed_after_[place] >= 0)
                        for (int state = 0; state < n; ++state)
                            set_lane(y_.of[part][state], lane, get_lane(y_old.of[part][state], lane));
                }
            }
            t_ = t_new;
        }
    }

    /// Those that are due. A feature here is a value at a time.
    void write_samples() {
        if (next_sample_ == timetable_.n_samples || timetable_.samples[next_sample_].time > t_) return;
        V observable[registers][at_least_one(sizes.n_observables)];
        for (int part = 0; part < registers; ++part)
            model_.observe(V(t_), y_.of[part], parameter_[part], input_[part], hoisted_[part], observable[part]);
        for (; next_sample_ < timetable_.n_samples && timetable_.samples[next_sample_].time <= t_; ++next_sample_) {
            const Sample& sample = timetable_.samples[next_sample_];
            for (int place = 0; place < n_taken_; ++place) {
                const auto value_of = [&](int which) {
                    const double value = get_lane(observable[place / W][which], place % W);
                    return failed_after_[place] < 0 && value == value ? value : nan;
                };
                if (sample.is_feature) {
                    const int which = batch_.feature[sample.row].observable;
                    batch_.feature_value[sample.row * batch_.n_twins + twin_[place]] = value_of(which);
                } else {
                    for (int which = 0; which < sizes.n_observables; ++which)
                        observation(which, sample.row, place) = value_of(which);
                }
            }
        }
    }

    [[nodiscard]] double& observation(std::int64_t which, std::int32_t time, int place) const {
        const TilePlace rows = place_in_tiles(twin_[place], batch_.n_twins,
                                              std::int64_t{sizes.n_observables} * batch_.n_times);
        return batch_.observation[rows.start + (which * batch_.n_times + time) * rows.stride];
    }

    void finish() {
        for (int place = 0; place < n_taken_; ++place) {
            const std::int64_t twin = twin_[place];
            const int part = place / W;
            const int lane = place % W;
            const bool failed = failed_after_[place] >= 0;
            for (int index = 0; index < timetable_.n_unreached_times; ++index) {
                for (int which = 0; which < sizes.n_observables; ++which)
                    observation(which, timetable_.unreached_times[index], place) = nan;
            }
            for (int row = 0; batch_.final_state != nullptr && row < n; ++row)
                batch_.final_state[row * batch_.n_twins + twin] = get_lane(y_.of[part][row], lane);
            for (int row = 0; batch_.final_parameter != nullptr && row < sizes.n_parameters; ++row)
                batch_.final_parameter[row * batch_.n_twins + twin] = get_lane(parameter_[part][row], lane);
            if (batch_.final_time != nullptr) batch_.final_time[twin] = failed ? failed_at_[place] : t_;
            if (batch_.steps_accepted != nullptr)
                batch_.steps_accepted[twin] = failed ? failed_after_[place] : n_steps_;
            if (batch_.steps_rejected != nullptr) batch_.steps_rejected[twin] = failed ? 1 : 0;
            batch_.status[twin] = failed ? TwinStatus::not_finite : TwinStatus::ok;
        }
    }

    static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

    const Model& model_;
    const Batch& batch_;
    const IntegrateOptions& options_;
    const TimetableView& timetable_;
    WorkQueue& queue_;
    double t_ = 0.0;  // [model time] of all twins
    std::int64_t n_steps_ = 0;
    int next_sample_ = 0;
    int n_taken_ = 0;  // twins on lanes
    std::int64_t twin_[n_twins_at_once] = {};
    std::int64_t failed_after_[n_twins_at_once] = {};  // steps; -1: it has not failed
    double failed_at_[n_twins_at_once] = {};           // [model time] the start of the step that failed
    std::int64_t next_ = 0;                            // twins fetched and not yet on a lane: [next_, next_end_)
    std::int64_t next_end_ = 0;
    States y_;  // [model units]
    V parameter_[registers][at_least_one(sizes.n_parameters)];
    V input_[registers][at_least_one(sizes.n_inputs)];
    V hoisted_[registers][at_least_one(sizes.n_hoisted)];
};

}  // namespace kohort::kernels
