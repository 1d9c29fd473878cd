#include "base/errors.hpp"
#include "cli/commands.hpp"
#include "cli/run_trial.hpp"
#include "cli/run_uncertainty.hpp"
#include "io/uncertainty_file.hpp"

#include <memory>

namespace kohort::cli {
namespace {

Exit run(Session& session, const RunOptions& options) {
    if (io::schema_of(options.study) == io::uncertainty_schema_name) return run_uncertainty(session, options);
    if (!options.extend.empty())
        throw InputError({"--extend"}, "only uncertainty studies can be extended", "leave --extend out");
    return run_trial(session, options);
}

}  // namespace

void add_run(CLI::App& app, Job& job) {
    auto options = std::make_shared<RunOptions>();
    CLI::App* command = app.add_subcommand("run", "Run a study; under mpirun on many ranks");
    command->add_option("STUDY", options->study, "A study file")->required();
    command->add_option("-o,--output", options->output, "Result file (default: the study's name with .h5, here)");
    command->add_flag("--overwrite", options->overwrite, "Replace an existing result file");
    command->add_flag("--resume", options->resume,
                      "Go on with a run that was stopped or killed, with any number of ranks; without one, begin");
    command
        ->add_option("--grace", options->grace_seconds,
                     "Seconds to finish chunks in after SIGTERM, SIGUSR1 or Ctrl-C; the run then exits with 75")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command
        ->add_option("--checkpoint", options->checkpoint_seconds,
                     "Seconds between writes to the disk itself, for the case that the machine fails")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command
        ->add_option("--chunk", options->chunk,
                     "Twins that a rank takes at once; 0: as suits cohort and ranks; changes no result")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command
        ->add_option("--extend", options->extend,
                     "An uncertainty study: go on from this earlier result, with a larger n")
        ->check(CLI::ExistingFile);
    command->callback([&job, options] { job = [options](Session& session) { return run(session, *options); }; });
}

}  // namespace kohort::cli
