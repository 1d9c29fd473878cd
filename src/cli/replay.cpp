// Runs one twin of a study again, alone: the same numbers to the last bit, and its course over time if wanted.
#include "cli/replay.hpp"

#include "cli/precision.hpp"
#include "engine/kernel.hpp"
#include "io/result_reader.hpp"
#include "io/uncertainty_file.hpp"
#include "trial/simulate_bank.hpp"

#include <bit>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>

namespace kohort::cli {
namespace {

void print_arm(const PreparedTrial& trial, const engine::ArmResult& run, std::size_t arm, std::int64_t twin_id) {
    std::printf("arm %s: %s\n", trial.plan.arms[arm].c_str(), words_of(run.status[0]));
    for (const trial::Column& column : trial.bound.columns)
        std::printf("  %-26s %.17g %s\n", column.name().c_str(), column(trial::view_of(run, 0, twin_id)),
                    column.unit.c_str());
}

/// What a result file says about the twin, to be met bit for bit.
class StoredTwin {
public:
    StoredTwin(const std::filesystem::path& result, const PreparedTrial& trial, std::int64_t twin) : twin_(twin) {
        const io::ResultReader reader(result);
        if (reader.text("study_sha256") != trial.file.sha256 || reader.text("model_sha256") != codegen::hash_of(trial.program))
            throw InputError({result.string()}, "this result is of another study, or of another version of its model",
                             "replay the study file that made it");
        for (const io::TwinNumber& number : reader.twin(twin)) values_[number.name] = number.value;
    }
    void compare(const PreparedTrial& trial, const engine::ArmResult& run, std::size_t arm) {
        for (const trial::Column& column : trial.bound.columns) {
            const std::string visit = column.visit.empty() ? "" : "," + column.visit;
            const double stored = values_.at("/outcomes/" + column.outcome + "[" + trial.plan.arms[arm] + visit + "]");
            const double again = column(trial::view_of(run, 0, twin_));
            ++compared_;
            if (std::bit_cast<std::uint64_t>(stored) == std::bit_cast<std::uint64_t>(again)) continue;
            if (std::isnan(stored) && std::isnan(again)) continue;
            ++different_;
            std::printf("DIFFERENT %s in arm %s: stored %.17g, now %.17g\n", column.name().c_str(),
                        trial.plan.arms[arm].c_str(), stored, again);
        }
    }
    /// Prints the verdict; true if nothing differs.
    [[nodiscard]] bool agrees() const {
        if (different_ == 0) std::printf("all %d stored numbers are reproduced, bit for bit\n", compared_);
        return different_ == 0;
    }

private:
    std::int64_t twin_;
    std::map<std::string, double> values_;  // [reported unit] by name in the file
    int compared_ = 0;
    int different_ = 0;
};

Exit replay_trial(Session& session, const ReplayOptions& options) {
    const PreparedTrial trial = prepare_trial(options.study);
    const trial::CohortChoice& people = trial.study().cohort;
    const std::int64_t size = people.enrol > 0 ? trial.cohort->size() : people.persons;
    if (options.twin < 0 || (size >= 0 && options.twin >= size))
        throw InputError({"--twin"}, "the study has no twin " + std::to_string(options.twin),
                         "give an id of the result file's twin coordinate");
    const Kernels kernels = build_kernels(trial, session.communicator());
    if (!session.is_first()) return Exit::ok;

    engine::SimulatorOptions run_options = simulator_options(trial, kernels.in_double);
    run_options.observation_times = observation_times(options, trial.program.model.time_unit, trial.bound.trial.t_end());
    engine::Simulator simulator(kernels.in_double, trial.bound.trial, run_options, kernels.mixed_or_none());
    const std::vector<cohort::Person> person = {trial.cohort->describe(options.twin)};
    std::printf("twin %lld of %s, seed %llu\n", static_cast<long long>(options.twin), trial.study().name.c_str(),
                static_cast<unsigned long long>(trial.study().seed));
    if (const auto& from = trial.file.cohort.from; from && !from->table->id.empty())
        std::printf("  %-26s %s\n", "id", from->table->id[static_cast<std::size_t>(person[0].row)].c_str());
    print_person(trial.cohort->attributes(), person[0]);

    std::unique_ptr<TrajectoryFile> file;
    if (!options.trajectory.empty()) file = std::make_unique<TrajectoryFile>(options.trajectory, trial.program);
    std::optional<StoredTwin> stored;
    if (!options.result.empty()) stored.emplace(options.result, trial, options.twin);
    simulator.prepare(person);
    bool all_ok = true;
    for (std::size_t arm = 0; arm < trial.plan.arms.size(); ++arm) {
        const engine::ArmResult& run = simulator.run(std::vector<int>{static_cast<int>(arm)});
        print_arm(trial, run, arm, options.twin);
        if (file) file->append(trial.plan.arms[arm], run_options.observation_times, run);
        if (stored) stored->compare(trial, run, arm);
        all_ok = all_ok && run.status[0] == TwinStatus::ok;
    }
    if (stored && !stored->agrees()) return Exit::failure;
    return all_ok ? Exit::ok : Exit::twins_failed;
}

Exit replay(Session& session, const ReplayOptions& options) {
    if (io::schema_of(options.study) == io::uncertainty_schema_name) return replay_uncertainty(session, options);
    return replay_trial(session, options);
}

}  // namespace

void add_replay(CLI::App& app, Job& job) {
    auto options = std::make_shared<ReplayOptions>();
    CLI::App* command = app.add_subcommand("replay", "Run one twin of a study again, alone, bit for bit");
    command->add_option("STUDY", options->study, "A study file")->required();
    command
        ->add_option("--twin", options->twin,
                     "Id of the twin: the twin coordinate of the result file; of an uncertainty study: the run, from 0")
        ->required();
    command->add_option("--result", options->result, "Compare with this result file, bit for bit");
    command->add_option("--trajectory", options->trajectory, "Write what the study observes over time to this CSV file");
    command->add_option("--every", options->every, "Time between two rows of the trajectory")->capture_default_str();
    command->callback([&job, options] { job = [options](Session& session) { return replay(session, *options); }; });
}

}  // namespace kohort::cli
