#include "benchmarks/solver.hpp"
#include "benchmarks/tables.hpp"
#include "benchmarks/texts.hpp"
#include "codegen/model_plan.hpp"
#include "codegen/plugin_cache.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

namespace kohort::benchmarks {

nlohmann::json compile_table() {
    nlohmann::json rows = nlohmann::json::array();
    codegen::CompileOptions options = codegen::default_compile_options();
    options.cache = std::filesystem::temp_directory_path() / ("kohort-compile-times-" + std::to_string(getpid()));
    options.more_caches.clear();
    std::vector<std::pair<std::string, codegen::Program>> models;
    models.emplace_back("DM", lower_text("dm", {}));
    models.emplace_back("CP", lower_text("cp", {}));
    for (const int cells : {27, 50, 100, 200})
        models.emplace_back("MEDAKZO on " + std::to_string(cells) + " cells", lower_akzo(cells));
    for (const auto& [name, program] : models) {
        const codegen::ModelPlan plan = codegen::plan_model(program);
        const codegen::CompiledPlugin compiled = codegen::compile(program, options);
        nlohmann::json row = {{"model", name},
                              {"states", program.rates.size()},
                              {"jacobian", program.jacobian.size()},
                              {"factor_operations", plan.lu.factor.size()},
                              {"seconds", compiled.seconds}};
        std::fprintf(stderr, "%s\n", row.dump().c_str());
        rows.push_back(std::move(row));
    }
    std::filesystem::remove_all(options.cache);
    return rows;
}

}  // namespace kohort::benchmarks
