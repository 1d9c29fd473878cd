// One run of an uncertainty study again: its inputs, its features, and its course if wanted.
#include "cli/replay.hpp"

#include "cli/prepared_trial.hpp"
#include "cli/prepared_uncertainty.hpp"

#include <cstdio>

namespace kohort::cli {
namespace {

void print_features(const PreparedUncertainty& study, const engine::ArmResult& run) {
    const uncertainty::ReadCell read = cell_reader(study);
    for (int feature = 0; feature < study.cells.n_features(); ++feature) {
        const auto at = static_cast<std::size_t>(feature);
        double value = 0.0;
        read(run, 0, study.cells.feature(feature), {&value, 1});
        std::printf("  %-26s %.17g %s\n", study.cells.features[at].c_str(), value, study.cells.feature_units[at].c_str());
    }
}

}  // namespace

Exit replay_uncertainty(Session& session, const ReplayOptions& options) {
    const PreparedUncertainty study = prepare_uncertainty(options.study);
    if (options.twin < 0 || options.twin >= study.design->rows())
        throw InputError({"--twin"}, "the study has no run " + std::to_string(options.twin),
                         "its runs are 0 to " + std::to_string(study.design->rows() - 1));
    if (!options.result.empty())
        throw InputError({"--result"}, "the result of an uncertainty study has no single runs to compare with",
                         "leave --result out");
    const engine::Kernel kernel = engine::build_kernel(study.program, session.communicator());
    if (!session.is_first()) return Exit::ok;

    engine::SimulatorOptions how = simulator_options(study.file.base, study.bound, pilots_of(study), kernel);
    how.observation_times = observation_times(options, study.program.model.time_unit, study.run->t_end());
    engine::Simulator simulator(kernel, *study.run, how);
    const int block_rows = study.design->block_rows();
    const std::vector<cohort::Person> person{
        study.people->person(*study.design, options.twin / block_rows, static_cast<int>(options.twin % block_rows))};
    std::printf("run %lld of %s, seed %llu\n", static_cast<long long>(options.twin), study.file.base.name.c_str(),
                static_cast<unsigned long long>(study.file.base.seed));
    print_person(study.people->attributes(), person[0]);
    simulator.prepare(person);
    const engine::ArmResult& run = simulator.run(std::vector<int>{0});
    std::printf("%s\n", words_of(run.status[0]));
    print_features(study, run);
    if (!options.trajectory.empty())
        TrajectoryFile(options.trajectory, study.program).append(study.file.base.arms[0].id, how.observation_times, run);
    if (run.status[0] == TwinStatus::ok) return Exit::ok;
    std::printf("  %s\n", meaning_of(run.status[0]));
    return Exit::twins_failed;
}

}  // namespace kohort::cli
