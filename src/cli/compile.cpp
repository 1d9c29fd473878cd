#include "cli/commands.hpp"
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
    std::printf(
        "%s: %zu states, %zu parameters, %zu inputs (%zu mandatory), %zu variables, %zu outputs, %zu features, "
        "%zu events; time in %s\n",
        summary.name.c_str(), summary.states, summary.parameters, summary.inputs, summary.mandatory_inputs,
        summary.variables, summary.outputs, summary.features, summary.events, summary.time_unit.c_str());
    std::printf("rates: %zu operations; Jacobian: %d non-zeros; LU: %d non-zeros\n", summary.operations,
                plan.sizes.n_jacobian, plan.sizes.n_lu);
}

Exit compile(Session& session, const std::filesystem::path& path) {
    if (!session.is_first()) return Exit::ok;
    model::Model model = model::read_model(std::filesystem::exists(path) ? path : io::find_model(path.string()));
    for (const std::string& remark : model.remarks) std::printf("note: %s\n", remark.c_str());
    for (const std::string& warning : model::check(model)) std::printf("warning: %s\n", warning.c_str());
    const auto summary = model::summarise(model);
    const codegen::Program program = codegen::lower(std::move(model), {});
    print_summary(summary, codegen::plan_model(program));
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
    command->add_option("FILE", *path, "A model text, a folder with modules.txt, or a shipped model's name")->required();
    command->callback([&job, path] { job = [path](Session& session) { return compile(session, *path); }; });
}

}  // namespace kohort::cli
