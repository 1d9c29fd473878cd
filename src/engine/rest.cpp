#include "engine/rest.hpp"

#include "base/text.hpp"
#include "model/evaluate.hpp"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>

namespace kohort::engine {
namespace {

constexpr double noticeable = 0.1;  // growth rate x length of the study

}  // namespace

double growth_rate(const codegen::Program& program, const PreparedTwin& twin, double time) {
    const auto n = static_cast<Eigen::Index>(program.rates.size() - program.n_integrals);
    std::vector<model::NodeId> entries;
    for (const codegen::JacobianEntry& entry : program.jacobian) entries.push_back(entry.value);
    const std::vector<double> values = model::evaluate(
        program.model.graph, entries,
        {.time = time, .states = twin.state, .parameters = twin.parameter, .inputs = twin.input});
    Eigen::MatrixXd jacobian = Eigen::MatrixXd::Zero(n, n);
    for (std::size_t index = 0; index < entries.size(); ++index) {
        const codegen::JacobianEntry& entry = program.jacobian[index];
        if (entry.row < n && entry.column < n) jacobian(entry.row, entry.column) = values[index];
    }
    // what equations hold in place follows the others at once: J = f_x - f_z g_z^-1 g_x
    const auto held = static_cast<Eigen::Index>(program.n_massless + program.n_fast);
    const Eigen::Index free = n - held;
    if (held > 0) {
        const Eigen::MatrixXd followed = jacobian.topLeftCorner(held, held).fullPivLu().solve(jacobian.topRightCorner(held, free));
        jacobian = (jacobian.bottomRightCorner(free, free) - jacobian.bottomLeftCorner(free, held) * followed).eval();
    }
    if (free == 0 || !jacobian.allFinite()) return 0.0;
    return Eigen::EigenSolver<Eigen::MatrixXd>(jacobian, false).eigenvalues().real().maxCoeff();
}

std::vector<std::string> unstable_rests(const Kernel& kernel, const Treatment& treatment,
                                        const SimulatorOptions& options, std::span<const cohort::Person> pilots) {
    if (!options.prepare_steady_state || pilots.empty()) return {};
    Simulator simulator(kernel, treatment, options);
    simulator.prepare(pilots);
    double fastest = 0.0;
    std::size_t unstable = 0;
    for (std::size_t twin = 0; twin < pilots.size(); ++twin) {
        const PreparedTwin prepared = simulator.prepared(twin);
        if (prepared.status != TwinStatus::ok) continue;
        const double growth = growth_rate(kernel.program(), prepared, treatment.t_begin());
        fastest = std::max(fastest, growth);
        if (growth * (treatment.t_end() - treatment.t_begin()) > noticeable) ++unstable;
    }
    if (unstable == 0) return {};
    return {"the steady state of " + std::to_string(unstable) + " of the first " + std::to_string(pilots.size()) +
            " people is unstable: a disturbance grows e-fold in " + shortest(std::round(1e3 / fastest) / 1e3) + " " +
            kernel.program().model.time_unit + ", so rounding decides what becomes of them"};
}

}  // namespace kohort::engine
