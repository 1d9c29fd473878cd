#include "base/plural.hpp"
#include "cli/commands.hpp"
#include "cli/prepared_trial.hpp"
#include "codegen/model_plan.hpp"
#include "codegen/plugin_cache.hpp"
#include "io/paths.hpp"
#include "model/check.hpp"
#include "model/read_model.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>

namespace kohort::cli {
namespace {

void print_summary(const model::ModelSummary& summary, const codegen::ModelPlan& plan) {
    const auto of = [](std::size_t n, const char* word) { return counted(static_cast<std::int64_t>(n), word); };
    const std::string text = summary.name + ": " + of(summary.states, "state") + ", " + of(summary.parameters, "parameter") +
                             ", " + of(summary.inputs, "input") + " (" + std::to_string(summary.mandatory_inputs) +
                             " mandatory), " + of(summary.variables, "variable") + ", " + of(summary.outputs, "output") + ", " +
                             of(summary.features, "feature") + ", " + of(summary.events, "event") + "; time in " +
                             summary.time_unit;
    std::printf("%s\n", text.c_str());
    std::printf("rates: %s; Jacobian: %s; LU: %s\n", of(summary.operations, "operation").c_str(),
                counted(plan.sizes.n_jacobian, "non-zero").c_str(), counted(plan.sizes.n_lu, "non-zero").c_str());
}

bool is_study(const std::filesystem::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

/// The program of a study's model, observed as the study asks; or of a model, with all its outputs and features.
codegen::Program read_program(const std::filesystem::path& path) {
    if (is_study(path)) return prepare_trial(path).program;
    model::Model model = model::read_model(std::filesystem::exists(path) ? path : io::find_model(path.string()));
    for (const std::string& remark : model.remarks) std::printf("note: %s\n", remark.c_str());
    for (const std::string& warning : model::check(model)) std::printf("warning: %s\n", warning.c_str());
    return codegen::lower(std::move(model), {});
}

Exit compile(Session& session, const std::filesystem::path& path) {
    if (!session.is_first()) return Exit::ok;
    const codegen::Program program = read_program(path);
    print_summary(model::summarise(program.model), codegen::plan_model(program));
    const auto plugin = codegen::compile(program, codegen::default_compile_options());
    if (plugin.from_cache)
        std::printf("compiled earlier: %s\n", plugin.file.c_str());
    else
        std::printf("compiled in %.1f s: %s\n", plugin.seconds, plugin.file.c_str());
    return Exit::ok;
}

}  // namespace

void add_compile(CLI::App& app, Job& job) {
    auto path = std::make_shared<std::filesystem::path>();
    CLI::App* command = app.add_subcommand("compile", "Read a model, say what is in it, and compile it");
    command->add_option("FILE", *path, "A model text, a folder with modules.txt, a shipped model's name, or a study")->required();
    command->callback([&job, path] { job = [path](Session& session) { return compile(session, *path); }; });
}

}  // namespace kohort::cli
