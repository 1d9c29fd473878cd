#include "base/errors.hpp"
#include "base/version.hpp"
#include "cli/commands.hpp"

#include <cstdio>
#include <exception>
#include <string>

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

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Kohort runs populations of personalised digital twins: virtual trials from model text to p-value.",
                 "kohort");
    app.set_version_flag("--version", "kohort " + std::string(kohort::version));
    app.require_subcommand(1);
    app.failure_message(CLI::FailureMessage::help);
    kohort::cli::Job job;
    kohort::cli::add_run(app, job);
    kohort::cli::add_check(app, job);
    kohort::cli::add_replay(app, job);
    kohort::cli::add_models(app, job);
    kohort::cli::add_compile(app, job);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& success) {
        return app.exit(success);  // --help and --version need neither MPI nor Kokkos
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::bad_input);
    }
    kohort::cli::Session session(argc, argv);
    return static_cast<int>(run(session, job));
}
