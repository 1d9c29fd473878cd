// What models that look back read of the past, lane by lane.
#pragma once

#include "kernels/history.hpp"
#include "kernels/model_concept.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <vector>

namespace kohort::kernels {

class Past {
public:
    /// For a model's lookups, on so many lanes.
    template <class Model>
    void prepare(const Model& model, int n_lanes) {
        for (int place = 0; place < model.sizes().n_lookups; ++place) {
            const Lookup lookup = model.lookup(place);
            auto known = std::ranges::find(states_, lookup.state);
            if (known == states_.end()) known = states_.insert(known, lookup.state);
            columns_.push_back(static_cast<std::size_t>(known - states_.begin()));
            may_drop_ = may_drop_ && lookup.constant_delay;
        }
        lanes_.resize(static_cast<std::size_t>(n_lanes));
        for (int lane = 0; lane < n_lanes; ++lane) begin(lane, 0.0);
    }

    /// The states that are kept.
    [[nodiscard]] const std::vector<int>& states() const { return states_; }

    void begin(int lane, double time) {
        Lane& twin = of(lane);
        twin.begin = time;
        twin.reach = std::numeric_limits<double>::infinity();
        twin.history.begin(static_cast<int>(states_.size()));
        twin.start.assign(states_.size(), 0.0);
    }
    void set_start(int lane, std::size_t column, double value) { of(lane).start[column] = value; }
    [[nodiscard]] History& history(int lane) { return of(lane).history; }
    [[nodiscard]] bool is_full(int lane) const { return lanes_[static_cast<std::size_t>(lane)].history.is_full(); }

    /// The longest delay as of now.
    void set_reach(int lane, double delay) { of(lane).reach = delay; }
    /// Forgets what lies further back than any delay reaches, where only events change delays.
    void forget(int lane, double time) {
        if (may_drop_) of(lane).history.drop_before(time - of(lane).reach);
    }

    /// The value at a place, of a twin that has y_now at time: NaN for a delay that is negative.
    [[nodiscard]] double value(int lane, int place, bool is_rate, double time, double delay, double y_now) const {
        const Lane& twin = lanes_[static_cast<std::size_t>(lane)];
        const std::size_t column = columns_[static_cast<std::size_t>(place)];
        if (!(delay >= 0.0)) return std::numeric_limits<double>::quiet_NaN();
        if (delay == 0.0 && !is_rate) return y_now;
        const double then = time - delay;
        const bool is_before = then < twin.begin || twin.history.is_empty();
        if (is_before) return is_rate ? 0.0 : twin.start[column];
        return twin.history.value(column, then, is_rate);
    }

private:
    struct Lane {
        double begin = 0.0;                                      // [model time]
        double reach = std::numeric_limits<double>::infinity();  // [model time]
        std::vector<double> start;                               // (n_columns) before the start
        History history;
    };
    [[nodiscard]] Lane& of(int lane) { return lanes_[static_cast<std::size_t>(lane)]; }

    std::vector<int> states_;           // (n_columns)
    std::vector<std::size_t> columns_;  // (n_lookups)
    std::vector<Lane> lanes_;
    bool may_drop_ = true;
};

/// Stands for it in models that do not look back.
struct NoPast {};

template <class Model>
using PastOf = std::conditional_t<LooksBack<Model>, Past, NoPast>;

}  // namespace kohort::kernels
