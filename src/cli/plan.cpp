#include "cli/plan.hpp"

#include "cli/commands.hpp"
#include "engine/disk_file.hpp"
#include "io/paths.hpp"
#include "io/progress.hpp"
#include "io/study_file.hpp"
#include "io/uncertainty_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <regex>
#include <sstream>

namespace kohort::cli {
namespace {

/// The shipped Slurm script with its marked lines filled in.
void write_script(const PlanOptions& options, double wall_seconds) {
    std::ifstream shipped(io::find_shipped(std::filesystem::path("jobscripts") / "slurm-cpu.sh"));
    std::stringstream text;
    text << shipped.rdbuf();
    const auto minutes = static_cast<std::int64_t>(std::ceil(1.5 * wall_seconds / 60.0)) + 15;
    char time[32];
    std::snprintf(time, sizeof time, "%02lld:%02lld:00", static_cast<long long>(minutes / 60),
                  static_cast<long long>(minutes % 60));
    const std::string size = "--nodes=" + std::to_string(options.nodes) +
                             " --ntasks-per-node=" + std::to_string(options.ranks_per_node) +
                             " --cpus-per-task=" + std::to_string(options.threads) + " --time=" + time;
    std::string script = std::regex_replace(
        text.str(), std::regex("--nodes=[^ ]* --ntasks-per-node=[^ ]* --cpus-per-task=[^ ]* --time=[^ ]*"), size);
    script = std::regex_replace(script, std::regex("study=study\\.yaml"), "study=" + options.study.string());
    engine::replace_file(options.script, script);
}

void print(const Plan& plan, const PlanOptions& options) {
    const int ranks = options.ranks();
    std::printf("%s on %d nodes x %d ranks x %d threads\n\n%s\n", plan.name.c_str(), options.nodes,
                options.ranks_per_node, options.threads, plan.calibration.c_str());
    std::printf("  %-20s%s\n", plan.item.c_str(), plan.items.c_str());
    std::printf("  chunks              %lld of %lld %s, %.3g a rank\n", static_cast<long long>(plan.n_chunks),
                static_cast<long long>(plan.chunk_items), plan.item.c_str(), static_cast<double>(plan.n_chunks) / ranks);
    std::printf("  wall time           %s%s\n", io::words_for_seconds(plan.wall_seconds).c_str(), plan.wall_note.c_str());
    std::printf("  core-hours          %.3g\n", plan.wall_seconds * ranks * options.threads / 3600.0);
    std::printf("  efficiency          %.1f %% of the ranks' time is spent computing\n",
                100.0 * plan.computing_seconds / std::max(plan.wall_seconds, 1e-12));
    std::printf("  memory of a rank    %s\n", plan.memory.c_str());
    std::printf("  journal             %s, until the result is whole\n", bytes_in_words(plan.journal_bytes).c_str());
    std::printf("  result              %s\n", plan.result.c_str());
    std::printf("\nRehearsed with the real scheduling code on %d pretended ranks in %.1f s of this one:\n", ranks,
                plan.rehearsal_seconds);
    std::printf("                      mean of a rank    most of a rank\n");
    std::printf("  messages            %14.1f    %14lld\n", static_cast<double>(plan.rehearsal.messages) / ranks,
                static_cast<long long>(plan.rehearsal.most_messages));
    std::printf("  bytes               %14.1f    %14lld\n", static_cast<double>(plan.rehearsal.bytes) / ranks,
                static_cast<long long>(plan.rehearsal.most_bytes));
    std::printf("  requests served                       %14lld\n", static_cast<long long>(plan.rehearsal.most_served));
}

Exit plan(const Session& session, const PlanOptions& options) {
    if (!session.is_first()) return Exit::ok;
    const bool of_uncertainty = io::schema_of(options.study) == io::uncertainty_schema_name;
    const Plan plan = of_uncertainty ? plan_uncertainty(session, options) : plan_trial(session, options);
    print(plan, options);
    if (options.script.empty()) return Exit::ok;
    write_script(options, plan.wall_seconds);
    std::printf("\nSubmit with: sbatch %s\n", options.script.c_str());
    return Exit::ok;
}

}  // namespace

std::string bytes_in_words(double bytes) {
    static constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    std::size_t unit = 0;
    for (; bytes >= 999.5 && unit + 1 < std::size(units); ++unit) bytes /= 1000.0;
    char text[32];
    std::snprintf(text, sizeof text, "%.3g %s", bytes, units[unit]);
    return text;
}

double chunk_seconds(double seconds, double cv, std::int64_t chunk, std::int64_t items, int threads) {
    constexpr double golden = 0.6180339887498949;  // the fractional parts of its multiples are spread evenly
    const double even = std::fmod(static_cast<double>(chunk + 1) * golden, 1.0);
    const double spread = std::sqrt(3.0) * (2.0 * even - 1.0) * cv / std::sqrt(static_cast<double>(items));
    return seconds * static_cast<double>(items) * std::max(0.1, 1.0 + spread) / threads;
}

double variation(const std::vector<double>& steps) {
    double mean = 0.0;
    double squares = 0.0;
    for (const double one : steps) mean += one / static_cast<double>(steps.size());
    for (const double one : steps) squares += (one - mean) * (one - mean) / static_cast<double>(steps.size());
    return mean > 0.0 ? std::sqrt(squares) / mean : 0.0;
}

void add_plan(CLI::App& app, Job& job) {
    auto options = std::make_shared<PlanOptions>();
    CLI::App* command = app.add_subcommand("plan", "Say what a study would take on a large machine");
    command->add_option("STUDY", options->study, "A study file")->required();
    command->add_option("--nodes", options->nodes, "Machines")->check(CLI::PositiveNumber)->capture_default_str();
    command->add_option("--ranks-per-node", options->ranks_per_node, "MPI ranks on each")->check(CLI::PositiveNumber)->capture_default_str();
    command->add_option("--threads", options->threads, "Threads of a rank")->check(CLI::PositiveNumber)->capture_default_str();
    command->add_option("--chunk", options->chunk, "Twins in a chunk; 0: as a run would choose")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--calibrate", options->calibrate, "People to run here first")->check(CLI::PositiveNumber)->capture_default_str();
    command->add_option("--script", options->script, "Write a Slurm job script for this");
    command->callback([&job, options] { job = [options](Session& session) { return plan(session, *options); }; });
}

}  // namespace kohort::cli
