#include "engine/tolerances.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace kohort::engine {
namespace {

constexpr double share_of_size = 1e-3;   // a state a thousand times smaller than its largest size still has rtol
constexpr double share_of_unit = 1e-10;  // what is smaller than this beside states of its unit is the noise of rounding
constexpr int most_rounds = 5;           // each makes a far too large tolerance 1e9 times smaller
constexpr std::int64_t people_looked_at = 64;

/// [state unit] (n_states) over all pilots and arms
std::vector<double> largest_sizes(const Kernel& kernel, const Treatment& treatment, const SimulatorOptions& options,
                                  std::span<const cohort::Person> pilots, int n_arms) {
    std::vector<double> largest(kernel.program().model.states.size(), 0.0);
    Simulator simulator(kernel, treatment, options);
    simulator.prepare(pilots);
    for (int arm = 0; arm < n_arms; ++arm) {
        const ArmResult& run = simulator.run(std::vector<int>(pilots.size(), arm));
        for (std::size_t state = 0; state < largest.size(); ++state) {
            for (std::size_t twin = 0; twin < pilots.size(); ++twin) {
                if (run.status[twin] == TwinStatus::ok)
                    largest[state] = std::max(largest[state], run.largest_state(state, twin));
            }
        }
    }
    return largest;
}

/// No size far below those of other states in the same unit.
void raise_noise(const std::vector<model::State>& states, std::vector<double>& sizes) {
    std::map<std::string, double> greatest;
    for (std::size_t state = 0; state < sizes.size(); ++state) {
        double& of_unit = greatest[states[state].note.unit];
        of_unit = std::max(of_unit, sizes[state]);
    }
    for (std::size_t state = 0; state < sizes.size(); ++state)
        sizes[state] = std::max(sizes[state], share_of_unit * greatest[states[state].note.unit]);
}

}  // namespace

std::vector<double> scaled_tolerances(const Kernel& kernel, const Treatment& treatment, const SimulatorOptions& options,
                                      std::span<const cohort::Person> pilots, int n_arms) {
    const auto& states = kernel.program().model.states;
    SimulatorOptions pilot_options = options;
    pilot_options.keep_largest = true;
    pilot_options.observation_times.clear();
    std::vector<double> tolerance(states.size(), options.integrate.atol);
    bool coarse = !pilots.empty();
    for (int round = 0; coarse && round < most_rounds; ++round) {
        pilot_options.absolute_tolerance = tolerance;
        std::vector<double> size = largest_sizes(kernel, treatment, pilot_options, pilots, n_arms);
        raise_noise(states, size);
        coarse = false;
        for (std::size_t state = 0; state < states.size(); ++state) {
            if (size[state] == 0.0) continue;
            coarse = coarse || tolerance[state] > 0.01 * size[state];  // the size itself was not known well
            tolerance[state] = options.integrate.rtol * share_of_size * size[state];
        }
    }
    return tolerance;
}

std::vector<cohort::Person> first_people(const cohort::Cohort& cohort, std::size_t count) {
    const std::int64_t size = cohort.size() < 0 ? people_looked_at : std::min(people_looked_at, cohort.size());
    std::vector<cohort::Person> people;
    for (std::int64_t id = 0; id < size && people.size() < count; ++id) {
        cohort::Person person = cohort.describe(id);
        if (person.plausible) people.push_back(std::move(person));
    }
    return people;
}

}  // namespace kohort::engine
