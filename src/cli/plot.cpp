#include "cli/commands.hpp"
#include "cli/python.hpp"
#include "io/paths.hpp"
#include "io/result_reader.hpp"

#include <cstdio>
#include <memory>

namespace kohort::cli {
namespace {

struct PlotOptions {
    std::filesystem::path result;
    std::filesystem::path folder = ".";
};

Exit plot(Session& session, const PlotOptions& options) {
    if (!session.is_first()) return Exit::ok;
    const io::ResultReader result(options.result);  // refuses what is no result of ours
    run_python({io::find_shipped("plots/plot_result.py").string(), options.result.string(), options.folder.string()},
               options.folder);
    std::printf("pictures of %s are in %s\n", options.result.c_str(), options.folder.c_str());
    return Exit::ok;
}

}  // namespace

void add_plot(CLI::App& app, Job& job) {
    auto options = std::make_shared<PlotOptions>();
    CLI::App* command = app.add_subcommand("plot",
                                           "Draw the pictures of an uncertainty study's result, as PNG and SVG");
    command->add_option("RESULT", options->result, "A result of an uncertainty study")->required()->check(CLI::ExistingFile);
    command->add_option("-o,--output", options->folder, "Folder for the pictures; made if it is not there")->capture_default_str();
    command->callback([&job, options] { job = [options](Session& session) { return plot(session, *options); }; });
}

}  // namespace kohort::cli
