#include "engine/kernel.hpp"

#include "codegen/plugin_cache.hpp"

#include <exception>
#include <filesystem>
#include <limits>
#include <utility>

namespace kohort::engine {
namespace {

/// What rank 0 tells the others after compiling: where the plug-in is, or what went wrong.
struct Outcome {
    std::string file;
    std::string problem;
    std::string remedy;
};

/// Collective: the ranks learn rank 0's outcome, or throw its error alike.
std::string share(const Outcome& mine, Communicator& communicator) {
    const std::string problem = communicator.broadcast(mine.problem, 0);
    const std::string remedy = communicator.broadcast(mine.remedy, 0);
    if (!problem.empty()) throw InputError({}, problem, remedy);
    return communicator.broadcast(mine.file, 0);
}

codegen::CompileOptions options_for(Precision precision) {
    codegen::CompileOptions options = codegen::default_compile_options();
    options.precision = precision;
    return options;
}

Outcome compile_once(const codegen::Program& program, const std::function<void()>& before_compiling, Precision precision) {
    try {
        codegen::CompileOptions options = options_for(precision);
        options.before_compiling = before_compiling;
        return {codegen::compile(program, options).file.string(), {}, {}};
    } catch (const InputError& error) {
        return {{}, error.problem(), error.remedy()};
    }
}

/// The file that rank 0 made, or one of this machine's own where it has no sight of rank 0's disk.
std::filesystem::path local_copy(const std::string& file, const codegen::Program& program, Precision precision) {
    if (std::filesystem::exists(file)) return file;
    return codegen::compile(program, options_for(precision)).file;
}

const kernels::PluginApi& checked_api(const codegen::Plugin& plugin, const codegen::Program& program, Precision precision) {
    using Entry = const kernels::PluginApi* (*)();
    const auto entry = reinterpret_cast<Entry>(plugin.symbol("kohort_plugin"));
    const kernels::PluginApi& api = *entry();
    if (api.abi_version != kernels::plugin_abi_version || api.program_hash != codegen::hash_of(program) ||
        api.mixed != (precision == Precision::mixed))
        throw InputError({}, "a compiled model in the cache belongs to another version of Kohort or another model",
                         "delete the folder of compiled models that KOHORT_CACHE names, and run again");
    return api;
}

}  // namespace

Kernel::Kernel(codegen::Program program, codegen::Plugin plugin, Precision precision)
    : program_(std::move(program)), plugin_(std::move(plugin)), api_(&checked_api(plugin_, program_, precision)) {
    for (const auto& parameter : program_.model.parameters) parameters_.push_back(parameter.value);
    for (const auto& input : program_.model.inputs)
        inputs_.push_back(input.default_value.value_or(std::numeric_limits<double>::quiet_NaN()));
}

Kernel build_kernel(codegen::Program program, Communicator& communicator, const std::function<void()>& before_compiling,
                    Precision precision) {
    Outcome outcome;
    if (communicator.rank() == 0) outcome = compile_once(program, before_compiling, precision);
    const std::string file = share(outcome, communicator);
    codegen::Plugin plugin(local_copy(file, program, precision));
    return {std::move(program), std::move(plugin), precision};
}

}  // namespace kohort::engine
