#include "cli/commands.hpp"
#include "io/paths.hpp"
#include "model/check.hpp"
#include "model/read_model.hpp"

#include <cstdio>

namespace kohort::cli {
namespace {

Exit list_models(Session& session) {
    if (!session.is_first()) return Exit::ok;
    std::printf("%-26s %7s %11s %7s %7s  %s\n", "model", "states", "parameters", "inputs", "events", "time");
    for (const std::string& name : io::list_models()) {
        const auto summary = model::summarise(model::read_model(io::find_model(name)));
        std::printf("%-26s %7zu %11zu %7zu %7zu  %s\n", name.c_str(), summary.states, summary.parameters,
                    summary.inputs, summary.events, summary.time_unit.c_str());
    }
    return Exit::ok;
}

}  // namespace

void add_models(CLI::App& app, Job& job) {
    app.add_subcommand("models", "List the twins that come with Kohort")->callback([&job] { job = list_models; });
}

}  // namespace kohort::cli
