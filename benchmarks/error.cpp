#include "benchmarks/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kohort::benchmarks {

Error error_of(const Problem& problem, const std::vector<double>& observation, const std::vector<double>& reference,
               std::int64_t n_twins) {
    const auto n = static_cast<std::size_t>(problem.n_twins);
    std::vector<double> of_twin;
    for (std::size_t twin = 0; twin < static_cast<std::size_t>(n_twins); ++twin) {
        double greatest = 0.0;
        for (std::size_t observable = 0; observable < problem.n_observables(); ++observable) {
            for (std::size_t time = 0; time < problem.times.size(); ++time) {
                const std::size_t place = (observable * problem.times.size() + time) * n + twin;
                if (observation[place] == reference[place]) continue;
                const double size = 0.01 * problem.observable_scale[observable] + std::abs(reference[place]);
                const double error = std::abs(observation[place] - reference[place]) / size;
                greatest = std::isnan(error) ? std::numeric_limits<double>::infinity() : std::max(greatest, error);
            }
        }
        of_twin.push_back(greatest);
    }
    std::sort(of_twin.begin(), of_twin.end());
    const auto rank = static_cast<std::size_t>(std::ceil(0.99 * static_cast<double>(of_twin.size()))) - 1;
    return {of_twin[of_twin.size() / 2], of_twin[rank]};
}

}  // namespace kohort::benchmarks
