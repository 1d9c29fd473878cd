// When, in every twin of a batch alike, something is to be observed. Made on the host before the first step.
#pragma once

#include "kernels/batch.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace kohort::kernels {

/// A time at which observables are taken from inside a step, without stopping there.
struct Sample {
    double time = 0.0;        // [model time]
    std::int32_t row = 0;     // time index of the grid, or feature index
    bool is_feature = false;  // a value_at
};

struct Timetable {
    std::vector<Sample> samples;        // ascending in time, all within [t_begin, t_end]
    std::vector<double> stops;          // [model time] ascending, inside (t_begin, t_end): where windows begin and end
    std::vector<std::int32_t> windows;  // features that watch a window within [t_begin, t_end]
    std::vector<std::int32_t> unreached_times;  // time indices of the grid outside [t_begin, t_end]: their values are NaN
    std::vector<double> sample_time;            // [model time] of samples, and infinity after them
    std::vector<double> sample_row;             // their rows, and -1 where the sample is a feature
    int first_row = -1;  // the row of the first sample, where samples are the rows of the grid from it on, or -1
    bool watches_inside = false;  // some window needs more than the values at its ends
};

/// The same as plain arrays, for the loop.
struct TimetableView {
    const Sample* samples;                // (n_samples)
    const double* sample_time;            // [model time] (n_samples + 1)
    const double* sample_row;             // (n_samples)
    const double* stops;                  // [model time] (n_stops)
    const std::int32_t* windows;          // (n_windows)
    const std::int32_t* unreached_times;  // (n_unreached_times)
    int n_samples;
    int n_stops;
    int n_windows;
    int n_unreached_times;
    int first_row;  // -1, or every sample is of the grid, and this is the row of the first; the others follow it
    bool watches_inside;
};

[[nodiscard]] inline TimetableView view_of(const Timetable& table) {
    return {table.samples.data(),
            table.sample_time.data(),
            table.sample_row.data(),
            table.stops.data(),
            table.windows.data(),
            table.unreached_times.data(),
            static_cast<int>(table.samples.size()),
            static_cast<int>(table.stops.size()),
            static_cast<int>(table.windows.size()),
            static_cast<int>(table.unreached_times.size()),
            table.first_row,
            table.watches_inside};
}

/// For Timetable::first_row.
[[nodiscard]] inline int row_of_first(const std::vector<Sample>& samples) {
    int next = samples.empty() ? 0 : samples.front().row;
    for (const Sample& sample : samples) {
        if (sample.is_feature || sample.row != next++) return -1;
    }
    return samples.empty() ? -1 : samples.front().row;
}

/// Nothing is watched on the way to a steady state. stops_at_samples: steps end where something is observed.
[[nodiscard]] inline Timetable make_timetable(const Batch& batch, bool to_steady_state, bool stops_at_samples) {
    Timetable table;
    const auto reached = [&](double time) { return !to_steady_state && time >= batch.t_begin && time <= batch.t_end; };
    for (std::int32_t index = 0; index < batch.n_times; ++index) {
        if (batch.observation == nullptr) break;
        if (reached(batch.time[index])) {
            table.samples.push_back({.time = batch.time[index], .row = index});
        } else {
            table.unreached_times.push_back(index);
        }
    }
    for (std::int32_t index = 0; index < batch.n_features; ++index) {
        const Feature& feature = batch.feature[index];
        if (feature.op == Feature::Op::value_at) {
            if (reached(feature.from))
                table.samples.push_back({.time = feature.from, .row = index, .is_feature = true});
        } else if (reached(feature.from) && reached(feature.to) && feature.from <= feature.to) {
            table.windows.push_back(index);
            table.stops.insert(table.stops.end(), {feature.from, feature.to});
            table.watches_inside = table.watches_inside || feature.op != Feature::Op::integral;
        }
    }
    std::ranges::stable_sort(table.samples, {}, &Sample::time);
    table.first_row = row_of_first(table.samples);
    for (const Sample& sample : table.samples) {
        table.sample_time.push_back(sample.time);
        table.sample_row.push_back(sample.is_feature ? -1.0 : sample.row);
        if (stops_at_samples) table.stops.push_back(sample.time);
    }
    table.sample_time.push_back(std::numeric_limits<double>::infinity());
    table.sample_row.push_back(0.0);
    std::ranges::sort(table.stops);
    table.stops.erase(std::unique(table.stops.begin(), table.stops.end()), table.stops.end());
    std::erase_if(table.stops, [&](double time) { return time <= batch.t_begin || time >= batch.t_end; });
    return table;
}

}  // namespace kohort::kernels
