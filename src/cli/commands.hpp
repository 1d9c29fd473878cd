// The sub-commands. Each adds itself to the program's options and runs when chosen.
#pragma once

#include "cli/session.hpp"

#include <CLI/CLI.hpp>

#include <functional>

namespace kohort::cli {

/// Exit codes, also in the README.
enum class Exit : int {
    ok = 0,
    failure = 1,       // our own fault, or the machine's
    bad_input = 2,     // the message says where and what to do
    twins_failed = 3,  // the study ended, its result is complete, and some twins have no numbers
    resume = 75,       // told to stop: what is done is safe, and the same command with --resume goes on
};

/// What the chosen sub-command will do once MPI and Kokkos are up.
using Job = std::function<Exit(Session&)>;

void add_run(CLI::App& app, Job& job);
void add_plan(CLI::App& app, Job& job);
void add_check(CLI::App& app, Job& job);
void add_replay(CLI::App& app, Job& job);
void add_models(CLI::App& app, Job& job);
void add_plot(CLI::App& app, Job& job);
void add_compile(CLI::App& app, Job& job);
void add_simulate(CLI::App& app, Job& job);

}  // namespace kohort::cli
