#include "engine/periodic_state.hpp"

#include "kernels/launch.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kohort::engine {
namespace {

// Cycles of one integration: a twin's limit of steps is for one integration.
constexpr std::int64_t cycles_at_once = 64;

class Search {
public:
    Search(const Kernel& kernel, const Treatment& treatment, int arm, double cycle_length,
           const kernels::IntegrateOptions& options, Starting& twins)
        : kernel_(kernel),
          treatment_(treatment),
          arm_(arm),
          cycle_length_(cycle_length),
          options_(options),
          twins_(twins),
          going_(twins.people.size()) {
        std::iota(going_.begin(), going_.end(), std::size_t{0});
    }

    void run() {
        Array2 before = array("state before", twins_.state.extent(0), twins_.state.extent(1));
        for (std::int64_t done = 0; !going_.empty() && done < most_cycles;) {
            const std::int64_t more = std::max<std::int64_t>(1, done);
            Kokkos::deep_copy(before, twins_.state);
            for (std::int64_t cycle = 0; cycle < more; cycle += cycles_at_once)
                repeat(std::min(cycles_at_once, more - cycle), done + cycle == 0);
            std::erase_if(going_, [&](std::size_t twin) { return has_settled(before, twin, more); });
            done += more;
        }
        for (const std::size_t twin : going_) twins_.status[twin] = TwinStatus::no_steady_state;
    }

private:
    /// So many cycles more for those still going; who fails goes no further.
    void repeat(std::int64_t cycles, bool from_start) {
        std::vector<kernels::Action> actions;
        std::vector<std::int64_t> begin{0};
        for (const std::size_t twin : going_) {
            treatment_.schedule_cycles(twins_.people[twin], arm_, cycles, from_start, actions);
            begin.push_back(static_cast<std::int64_t>(actions.size()));
        }
        const Array2 parameter = columns(twins_.parameter, going_);
        const Array2 input = columns(twins_.input, going_);
        const Array2 start = columns(twins_.state, going_);
        const Array2 end = array("state after", start.extent(0), start.extent(1));
        std::vector<TwinStatus> status(going_.size(), TwinStatus::not_run);
        kernels::Batch batch;
        batch.n_twins = static_cast<std::int64_t>(going_.size());
        batch.t_end = static_cast<double>(cycles) * cycle_length_;
        batch.parameter = parameter.data();
        batch.input = input.data();
        batch.initial_state = start.data();
        batch.action_begin = begin.data();
        batch.action = actions.data();
        batch.final_state = end.data();
        batch.status = status.data();
        kernels::integrate(Kokkos::DefaultHostExecutionSpace(), kernel_.api(), batch, options_);

        std::vector<std::size_t> left;
        for (std::size_t at = 0; at < going_.size(); ++at) {
            twins_.status[going_[at]] = status[at];
            for (std::size_t state = 0; state < end.extent(0); ++state)
                twins_.state(state, going_[at]) = end(state, at);
            if (status[at] == TwinStatus::ok) left.push_back(going_[at]);
        }
        going_ = std::move(left);
    }

    [[nodiscard]] bool has_settled(const Array2& before, std::size_t twin, std::int64_t cycles) const {
        const std::size_t n_states = before.extent(0) - kernel_.program().n_integrals;
        const double horizon = static_cast<double>(most_cycles) / static_cast<double>(cycles);
        for (std::size_t state = 0; state < n_states; ++state) {
            const double after = twins_.state(state, twin);
            const double atol = options_.state_atol == nullptr ? options_.atol : options_.state_atol[state];
            const double scale = std::max(std::abs(after), atol / options_.rtol);
            if (!(std::abs(after - before(state, twin)) * horizon <= options_.rtol * scale)) return false;
        }
        return true;
    }

    const Kernel& kernel_;
    const Treatment& treatment_;
    int arm_;
    double cycle_length_;  // [model time]
    const kernels::IntegrateOptions& options_;
    Starting& twins_;
    std::vector<std::size_t> going_;  // twins that have neither settled nor failed
};

}  // namespace

void reach_periodic_state(const Kernel& kernel, const Treatment& treatment, int arm, double cycle_length,
                          const kernels::IntegrateOptions& options, Starting& twins) {
    Search(kernel, treatment, arm, cycle_length, options, twins).run();
    for (std::size_t row = twins.state.extent(0) - kernel.program().n_integrals; row < twins.state.extent(0); ++row)
        for (std::size_t twin = 0; twin < twins.people.size(); ++twin) twins.state(row, twin) = 0.0;
}

}  // namespace kohort::engine
