#include "cli/commands.hpp"
#include "cli/model_report.hpp"
#include "cli/prepared_trial.hpp"
#include "cli/prepared_uncertainty.hpp"
#include "codegen/model_plan.hpp"
#include "codegen/plugin_cache.hpp"
#include "io/paths.hpp"
#include "model/check.hpp"
#include "model/read_model.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace kohort::cli {
namespace {

bool is_study(const std::filesystem::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

struct CompileCommand {
    std::filesystem::path file;
    bool as_json = false;
    bool only_look = false;
};

/// The program of a study's model, observed as the study asks; or of a model, with all its outputs and features.
codegen::Program read_program(const std::filesystem::path& path) {
    if (is_study(path)) {
        if (io::schema_of(path) == io::uncertainty_schema_name) return prepare_uncertainty(path).program;
        return prepare_trial(path).program;
    }
    model::Model model = model::read_model(std::filesystem::exists(path) ? path : io::find_model(path.string()));
    (void)model::check(model);
    return codegen::lower(std::move(model), {});
}

void say_compiled(const codegen::CompiledPlugin& plugin, bool as_json) {
    std::FILE* const out = as_json ? stderr : stdout;
    if (plugin.from_cache)
        std::fprintf(out, "compiled earlier: %s\n", plugin.file.c_str());
    else
        std::fprintf(out, "compiled in %.1f s: %s\n", plugin.seconds, plugin.file.c_str());
}

Exit compile(Session& session, const CompileCommand& command) {
    if (!session.is_first()) return Exit::ok;
    const codegen::Program program = read_program(command.file);
    const codegen::ModelPlan plan = codegen::plan_model(program);
    const std::string report = command.as_json ? report_json(program, plan).dump(2) + "\n" : report_text(program, plan);
    std::fputs(report.c_str(), stdout);
    std::fflush(stdout);
    if (!command.only_look)
        say_compiled(codegen::compile(program, codegen::default_compile_options()), command.as_json);
    return Exit::ok;
}

}  // namespace

void add_compile(CLI::App& app, Job& job) {
    auto options = std::make_shared<CompileCommand>();
    CLI::App* command = app.add_subcommand("compile", "Read a model, say what is in it, and compile it");
    command
        ->add_option("FILE", options->file,
                     "A model text, a folder with modules.txt, a shipped model's name, or a study")
        ->required();
    command->add_flag("--json", options->as_json, "Say it as JSON");
    command->add_flag("--only-look", options->only_look, "Do not compile");
    command->callback([&job, options] { job = [options](Session& session) { return compile(session, *options); }; });
}

}  // namespace kohort::cli
