// Runs one twin of a study again, alone: the same numbers to the last bit, and its course over time if wanted.
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/prepared_trial.hpp"
#include "engine/kernel.hpp"
#include "io/result_reader.hpp"
#include "trial/simulate_bank.hpp"

#include <bit>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <optional>

namespace kohort::cli {
namespace {

struct ReplayOptions {
    std::filesystem::path study;
    std::int64_t twin = 0;
    std::filesystem::path result;      // compare with what is stored there; empty: do not
    std::filesystem::path trajectory;  // empty: none is written
    std::string every = "1 h";
};

/// 0, every, 2 every, ... up to the end of the study [model time].
std::vector<double> observation_times(const ReplayOptions& options, const PreparedTrial& trial) {
    if (options.trajectory.empty()) return {};
    const Place place{"--every", 0, 0};
    const double every = value_in(parse_quantity(options.every, place), trial.program.model.time_unit);
    const double end = trial.bound.trial.t_end();
    constexpr double most = 1e7;
    if (!(every > 0.0) || end / every > most)
        throw InputError(place, "'" + options.every + "' does not give between 1 and 10 million times",
                         "choose another step");
    std::vector<double> times;
    for (std::int64_t step = 0; static_cast<double>(step) * every <= end; ++step)
        times.push_back(static_cast<double>(step) * every);
    return times;
}

void print_person(const PreparedTrial& trial, const cohort::Person& person) {
    const auto& attributes = trial.cohort->attributes();
    for (std::size_t at = 0; at < attributes.size(); ++at) {
        const cohort::Attribute& attribute = attributes[at];
        const double value = person.value[at];
        const bool has_level = !attribute.levels.empty() && value >= 0.0 &&
                               value < static_cast<double>(attribute.levels.size());
        if (has_level)
            std::printf("  %-26s %s\n", attribute.name.c_str(), attribute.levels[static_cast<std::size_t>(value)].c_str());
        else
            std::printf("  %-26s %.17g %s\n", attribute.name.c_str(), value, attribute.unit.c_str());
    }
}

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

class TrajectoryFile {
public:
    TrajectoryFile(const std::filesystem::path& path, const PreparedTrial& trial) : out_(path), trial_(trial) {
        if (!out_) throw InputError({path.string()}, "cannot be written", "choose another file for --trajectory");
        out_ << "arm,time [" << trial.program.model.time_unit << "]";
        for (const std::string& name : trial.program.observable_names) out_ << ',' << name;
        out_ << '\n';
    }
    void append(const std::string& arm, const std::vector<double>& times, const engine::ArmResult& run) {
        const std::size_t n_observables = trial_.program.observables.size();
        for (std::size_t time = 0; time < times.size(); ++time) {
            out_ << arm << ',' << number(times[time]);
            for (std::size_t observable = 0; observable < n_observables; ++observable)
                out_ << ',' << number(run.observation(observable * times.size() + time, 0));
            out_ << '\n';
        }
    }

private:
    static std::string number(double value) {
        char text[32];
        std::snprintf(text, sizeof text, "%.17g", value);
        return text;
    }
    std::ofstream out_;
    const PreparedTrial& trial_;
};

Exit replay(Session& session, const ReplayOptions& options) {
    const PreparedTrial trial = prepare_trial(options.study);
    const trial::CohortChoice& people = trial.study().cohort;
    const std::int64_t size = people.enrol > 0 ? trial.cohort->size() : people.persons;
    if (options.twin < 0 || (size >= 0 && options.twin >= size))
        throw InputError({"--twin"}, "the study has no twin " + std::to_string(options.twin),
                         "give an id of the result file's twin coordinate");
    const engine::Kernel kernel = engine::build_kernel(trial.program, session.communicator());
    if (!session.is_first()) return Exit::ok;

    engine::SimulatorOptions run_options = simulator_options(trial, kernel);
    run_options.observation_times = observation_times(options, trial);
    engine::Simulator simulator(kernel, trial.bound.trial, run_options);
    const std::vector<cohort::Person> person = {trial.cohort->describe(options.twin)};
    std::printf("twin %lld of %s, seed %llu\n", static_cast<long long>(options.twin), trial.study().name.c_str(),
                static_cast<unsigned long long>(trial.study().seed));
    if (const auto& from = trial.file.cohort.from; from && !from->table->id.empty())
        std::printf("  %-26s %s\n", "id", from->table->id[static_cast<std::size_t>(person[0].row)].c_str());
    print_person(trial, person[0]);

    std::unique_ptr<TrajectoryFile> file;
    if (!options.trajectory.empty()) file = std::make_unique<TrajectoryFile>(options.trajectory, trial);
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

}  // namespace

void add_replay(CLI::App& app, Job& job) {
    auto options = std::make_shared<ReplayOptions>();
    CLI::App* command = app.add_subcommand("replay", "Run one twin of a study again, alone, bit for bit");
    command->add_option("STUDY", options->study, "A study file")->required();
    command->add_option("--twin", options->twin, "Id of the twin: the twin coordinate of the result file")->required();
    command->add_option("--result", options->result, "Compare with this result file, bit for bit");
    command->add_option("--trajectory", options->trajectory, "Write what the study observes over time to this CSV file");
    command->add_option("--every", options->every, "Time between two rows of the trajectory")->capture_default_str();
    command->callback([&job, options] { job = [options](Session& session) { return replay(session, *options); }; });
}

}  // namespace kohort::cli
