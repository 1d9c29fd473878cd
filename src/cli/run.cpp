#include "cli/commands.hpp"
#include "cli/run_trial.hpp"

#include <memory>

namespace kohort::cli {

void add_run(CLI::App& app, Job& job) {
    auto options = std::make_shared<RunOptions>();
    CLI::App* command = app.add_subcommand("run", "Run a study; under mpirun on many ranks");
    command->add_option("STUDY", options->study, "A study file")->required();
    command->add_option("-o,--output", options->output, "Result file (default: the study's name with .h5, here)");
    command->add_flag("--overwrite", options->overwrite, "Replace an existing result file");
    command->add_option("--chunk", options->chunk, "Twins that a rank takes at once; changes no result")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->callback([&job, options] { job = [options](Session& session) { return run_trial(session, *options); }; });
}

}  // namespace kohort::cli
