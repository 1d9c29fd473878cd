#include "base/errors.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/commands.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

using kohort::cli::Exit;

Exit run(kohort::cli::Session& session, const kohort::cli::Job& job) {
    try {
        return job(session);
    } catch (const kohort::InputError& error) {
        kohort::cli::report_error(session, error.what(), static_cast<int>(Exit::bad_input));
        return Exit::bad_input;
    } catch (const std::exception& error) {
        kohort::cli::report_error(session, error.what(), static_cast<int>(Exit::failure));
        return Exit::failure;
    }
}

/// The word in the place of the sub-command, if it is none that we know.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') return {};
    const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
    const bool known = std::any_of(commands.begin(), commands.end(),
                                   [&](const CLI::App* command) { return command->check_name(argv[1]); });
    return known ? "" : argv[1];
}

std::vector<std::string> names_of_commands(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(command->get_name());
    return names;
}

/// What is wrong with the command line, and where to look it up.
void print_mistake(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "%s", app.help().c_str());
        return;
    }
    if (const std::string word = unknown_command(app, argc, argv); !word.empty()) {
        const std::string remedy = kohort::suggest(word, names_of_commands(app));
        std::fprintf(stderr, "kohort: there is no command \"%s\"\n  remedy: %s\n", word.c_str(), remedy.c_str());
        return;
    }
    const auto chosen = app.get_subcommands();
    const std::string command = chosen.empty() ? "kohort" : "kohort " + chosen.front()->get_name();
    std::fprintf(stderr, "%s: %s\n  remedy: `%s --help` says what can be given\n", command.c_str(), error.what(),
                 command.c_str());
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "Kohort runs populations of personalised digital twins: virtual trials and uncertainty studies, from model "
        "text to p-value.",
        "kohort");
    app.set_version_flag("--version", "kohort " + std::string(kohort::version));
    app.require_subcommand(1);
    kohort::cli::Job job;
    kohort::cli::add_run(app, job);
    kohort::cli::add_plan(app, job);
    kohort::cli::add_check(app, job);
    kohort::cli::add_replay(app, job);
    kohort::cli::add_models(app, job);
    kohort::cli::add_plot(app, job);
    kohort::cli::add_compile(app, job);
    kohort::cli::add_simulate(app, job);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& success) {
        return app.exit(success);  // --help and --version need neither MPI nor Kokkos
    } catch (const CLI::ParseError& error) {
        const kohort::cli::MpiLifetime mpi(argc, argv);  // one rank speaks for all
        if (kohort::cli::is_first_rank()) print_mistake(app, error, argc, argv);
        return static_cast<int>(Exit::bad_input);
    }
    kohort::cli::Session session(argc, argv);
    return static_cast<int>(run(session, job));
}
