#include "compiled_models.hpp"

#include "base/errors.hpp"
#include "codegen/files.hpp"
#include "codegen/generate.hpp"
#include "codegen/process.hpp"
#include "codegen/toolchain.hpp"

#include <algorithm>
#include <string>

namespace kohort::conformance {

namespace {

std::string source_of(std::span<const codegen::Program> programs) {
    std::string text = "#include \"erased_model.hpp\"\n" + codegen::generated_includes();
    std::string cases;
    for (std::size_t program = 0; program < programs.size(); ++program) {
        const std::string number = std::to_string(program);
        text += "namespace model_" + number + " {\nnamespace {\n" + codegen::generated_names() +
                codegen::generate_struct(programs[program], codegen::plan_model(programs[program]), {}) + "}\n}\n";
        cases += "    case " + number + ": {\n        static constexpr auto table = kohort::conformance::erase<model_" +
                 number + "::Model>();\n        return &table;\n    }\n";
    }
    return text +
           "extern \"C\" __attribute__((visibility(\"default\"))) const kohort::conformance::ErasedTable* "
           "kohort_models(int model) {\n    switch (model) {\n" +
           cases + "    default: return nullptr;\n    }\n}\n";
}

codegen::Plugin compile(std::span<const codegen::Program> programs) {
    const codegen::TemporaryFolder work(std::filesystem::temp_directory_path(), "kohort-models-");
    const auto source = work.path() / "models.cpp";
    const auto library = work.path() / "models.so";
    const auto log = work.path() / "log.txt";
    codegen::write_file(source, source_of(programs));
    const codegen::CompileOptions options = codegen::default_compile_options();
    std::vector<std::string> argv{options.compiler};
    argv.insert(argv.end(), options.flags.begin(), options.flags.end());
    argv.insert(argv.end(), {"-O1", "-I", KOHORT_CONFORMANCE_DIR});
    for (const auto& include : options.include_dirs) argv.insert(argv.end(), {"-I", include.string()});
    argv.insert(argv.end(), {"-o", library.string(), source.string()});
    const codegen::ProcessResult result = codegen::run_process(argv, log);
    if (!result.started || result.exit_code != 0)
        throw InputError({}, "the compiler failed: " + codegen::read_file(log).value_or(result.problem));
    return codegen::Plugin(library);
}

}  // namespace

CompiledModels::CompiledModels(std::span<const codegen::Program> programs) : library_(compile(programs)) {}

ErasedModel CompiledModels::operator[](std::size_t program) const {
    using Entry = const ErasedTable* (*)(int);
    const auto entry = reinterpret_cast<Entry>(library_.symbol("kohort_models"));
    return ErasedModel(*entry(static_cast<int>(program)));
}

}  // namespace kohort::conformance
