#include "engine/run_again.hpp"

#include "engine/array2.hpp"
#include "engine/tiled_rows.hpp"
#include "kernels/launch.hpp"

#include <vector>

namespace kohort::engine {
namespace {

/// Rows of (quantity, twin) arrays of some twins, beside those of all.
class Rows {
public:
    Rows(std::int64_t n_all, std::span<const std::size_t> twins)
        : n_all_(static_cast<std::size_t>(n_all)), twins_(twins) {}

    [[nodiscard]] Array2 taken(const double* all, std::size_t rows) const {
        Array2 some = array("of some twins", rows, twins_.size());
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t twin = 0; twin < twins_.size(); ++twin) some(row, twin) = all[row * n_all_ + twins_[twin]];
        return some;
    }
    void put(const Array2& some, double* all) const {
        for (std::size_t row = 0; row < some.extent(0); ++row)
            for (std::size_t twin = 0; twin < twins_.size(); ++twin) all[row * n_all_ + twins_[twin]] = some(row, twin);
    }
    void put(const TiledRows& some, double* all) const {
        const std::size_t n_rows = some.n_rows();
        for (std::size_t twin = 0; twin < twins_.size(); ++twin) {
            const auto [start, stride] = kernels::place_in_tiles(static_cast<std::int64_t>(twins_[twin]),
                                                                 static_cast<std::int64_t>(n_all_),
                                                                 static_cast<std::int64_t>(n_rows));
            for (std::size_t row = 0; row < n_rows; ++row)
                all[start + static_cast<std::int64_t>(row) * stride] = some(row, twin);
        }
    }

private:
    std::size_t n_all_;
    std::span<const std::size_t> twins_;
};

}  // namespace

void run_again(const kernels::PluginApi& api, const kernels::Batch& whole, const kernels::IntegrateOptions& options,
               std::span<const std::size_t> twins) {
    const Rows rows(whole.n_twins, twins);
    const auto count = [](auto n) { return static_cast<std::size_t>(n); };
    const auto result = [&](const double* wanted, std::size_t n) {
        return array("result", wanted == nullptr ? 0 : n, twins.size());
    };
    kernels::Batch batch = whole;
    batch.n_twins = static_cast<std::int64_t>(twins.size());
    const Array2 parameter = rows.taken(whole.parameter, count(api.n_parameters));
    const Array2 input = rows.taken(whole.input, count(api.n_inputs));
    const bool starts = whole.initial_state != nullptr;
    const Array2 start = rows.taken(whole.initial_state, starts ? count(api.n_states) : 0);
    std::vector<kernels::Action> actions;
    std::vector<std::int64_t> action_begin{0};
    std::vector<std::uint64_t> lot_key;
    for (const std::size_t twin : twins) {
        if (whole.action_begin != nullptr)
            actions.insert(actions.end(), whole.action + whole.action_begin[twin],
                           whole.action + whole.action_begin[twin + 1]);
        action_begin.push_back(static_cast<std::int64_t>(actions.size()));
        if (whole.lot_key != nullptr) lot_key.push_back(whole.lot_key[twin]);
    }
    const bool observes = whole.observation != nullptr;
    const TiledRows observation(observes ? count(api.n_observables) * count(whole.n_times) : 0, twins.size());
    const Array2 feature = result(whole.feature_value, count(whole.n_features));
    const Array2 largest = result(whole.largest_state, count(api.n_states));
    const Array2 final_time = array("final time", 1, twins.size());
    std::vector<TwinStatus> status(twins.size(), TwinStatus::not_run);
    std::vector<std::int64_t> accepted(twins.size(), 0);
    std::vector<std::int64_t> rejected(twins.size(), 0);
    batch.parameter = parameter.data();
    batch.input = input.data();
    batch.initial_state = starts ? start.data() : nullptr;
    batch.action_begin = action_begin.data();
    batch.action = actions.data();
    batch.lot_key = lot_key.empty() ? nullptr : lot_key.data();
    batch.observation = observes ? observation.data() : nullptr;
    batch.feature_value = feature.data();
    batch.final_state = nullptr;
    batch.final_parameter = nullptr;
    batch.largest_state = whole.largest_state == nullptr ? nullptr : largest.data();
    batch.final_time = final_time.data();
    batch.status = status.data();
    batch.steps_accepted = accepted.data();
    batch.steps_rejected = rejected.data();
    kernels::integrate(Kokkos::DefaultHostExecutionSpace(), api, batch, options);

    rows.put(observation, whole.observation);
    rows.put(feature, whole.feature_value);
    rows.put(largest, whole.largest_state);
    rows.put(final_time, whole.final_time);
    for (std::size_t twin = 0; twin < twins.size(); ++twin) {
        whole.status[twins[twin]] = status[twin];
        whole.steps_accepted[twins[twin]] += accepted[twin];
        whole.steps_rejected[twins[twin]] += rejected[twin];
    }
}

}  // namespace kohort::engine
