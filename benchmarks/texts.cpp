#include "benchmarks/texts.hpp"

#include "model/read_model.hpp"

#include <filesystem>

namespace kohort::benchmarks {

codegen::Program lower_text(const std::string& name, const std::vector<std::string>& observables) {
    const std::filesystem::path file = std::filesystem::path(KOHORT_BENCHMARKS_DIR) / "texts" / (name + ".txt");
    return codegen::lower(model::read_model(file), {.observables = observables});
}

}  // namespace kohort::benchmarks
