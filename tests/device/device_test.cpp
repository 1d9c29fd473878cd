// The loop over twins with one thread a twin, together with a generated model of each kind, compiled for an H100 (sm_90). Compiling
// alone proves little: what is not available on a device becomes a trap, and all that would follow it vanishes. So the PTX is read.
// Nothing is run: there is no card here. Skipped without nvcc (the preset cuda: failed), which is looked for in KOHORT_NVCC, PATH and /usr/local/cuda/bin.
#include "base/version.hpp"
#include "codegen/files.hpp"
#include "codegen/generate.hpp"
#include "codegen/process.hpp"
#include "event_model.hpp"
#include "model/read_model.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace kohort {
namespace {

namespace fs = std::filesystem;

constexpr const char* kernel = R"(
namespace {

using namespace kohort::kernels;

__global__ void integrate_on_device(Batch batch, IntegrateOptions options, TimetableView timetable, char* memory,
                                    std::size_t bytes_a_thread, WorkQueue* queue) {
    const kohort_generated::Model model{};
    const std::size_t thread = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    Workspace<double> workspace;
    workspace.lay_out(model.sizes(), batch.n_features, memory + thread * bytes_a_thread);
    LaneLoop<kohort_generated::Model, 1>(model, batch, options, timetable, workspace, *queue).run();
}

}  // namespace

void launch(const Batch& batch, const IntegrateOptions& options, const TimetableView& timetable, char* memory,
            std::size_t bytes_a_thread, WorkQueue* queue) {
    integrate_on_device<<<132, 128>>>(batch, options, timetable, memory, bytes_a_thread, queue);
}
)";

std::optional<std::string> find_nvcc(const fs::path& log) {
    const char* const named = std::getenv("KOHORT_NVCC");
    for (const std::string nvcc : {named == nullptr ? "" : named, "nvcc", "/usr/local/cuda/bin/nvcc"}) {
        if (nvcc.empty()) continue;
        const codegen::ProcessResult result = codegen::run_process({nvcc, "--version"}, log);
        if (result.started && result.exit_code == 0) return nvcc;
    }
    return std::nullopt;
}

codegen::Program lowered(const model::Model& model) {
    codegen::LowerOptions options;
    for (const model::Observable& observable : model.observables) options.observables.push_back(observable.name);
    return codegen::lower(model, options);
}

codegen::Program shipped(const std::string& file) {
    return lowered(model::read_model(fs::path(source_folder) / "kernels" / "models" / file));
}

std::string device_source(const codegen::Program& program, const codegen::GenerateOptions& options) {
    return "#include \"kernels/lane_loop.hpp\"\n" + codegen::generated_includes() + "\nnamespace kohort_generated {\n" +
           codegen::generated_names() + codegen::generate_struct(program, codegen::plan_model(program), options) +
           "}  // namespace kohort_generated\n" + kernel;
}

void expect_device_code(const codegen::Program& program, const codegen::GenerateOptions& options = {}) {
    const codegen::TemporaryFolder folder(fs::temp_directory_path(), "kohort-device-");
    const fs::path source = folder.path() / "model.cu";
    const fs::path ptx = folder.path() / "model.ptx";
    const fs::path log = folder.path() / "log";
    const std::optional<std::string> nvcc = find_nvcc(log);
    if (!nvcc && std::getenv("KOHORT_REQUIRE_NVCC") != nullptr) FAIL() << "no nvcc";
    if (!nvcc) GTEST_SKIP() << "no nvcc";
    codegen::write_file(source, device_source(program, options));
    const std::string root(source_folder);
    const auto compile = [&](const std::string& to, const fs::path& from) {
        const codegen::ProcessResult result = codegen::run_process(
            {*nvcc, "-std=c++20", "-arch=sm_90", "--expt-relaxed-constexpr", "-fmad=false", "-diag-suppress=177", "-I" + root,
             "-I" + root + "/src", to, "-o", (folder.path() / ("model." + to.substr(1))).string(), from.string()},
            log);
        ASSERT_TRUE(result.started) << result.problem;
        const std::string said = codegen::read_file(log).value_or("");
        EXPECT_EQ(result.exit_code, 0) << said;
        EXPECT_EQ(said, "");  // warnings tell what is missing on the device
    };
    compile("-ptx", source);
    const std::string code = codegen::read_file(ptx).value_or("");
    EXPECT_EQ(code.find("trap;"), std::string::npos) << "something is not available on a device";
    EXPECT_NE(code.find("fma.rn.f64"), std::string::npos);
    EXPECT_NE(code.find("atom."), std::string::npos) << "twins are not fetched";
    compile("-cubin", ptx);
}

TEST(DeviceCode, of_a_linear_model) { expect_device_code(shipped("pk-one-compartment.txt")); }

TEST(DeviceCode, of_a_stiff_model) { expect_device_code(shipped("meal-dalla-man.txt")); }

TEST(DeviceCode, of_a_model_whose_factors_are_listed_in_a_table) {
    expect_device_code(shipped("meal-dalla-man.txt"), {.longest_straight_lu = 0});
}

TEST(DeviceCode, of_a_large_model_with_events) { expect_device_code(shipped("m4-hybrid")); }

TEST(DeviceCode, of_a_model_whose_events_happen_in_turn) {
    expect_device_code(
        lowered(events::read({.start = {{"x", 0}, {"clock", 0}},
                              .rate = {{"clock", "1"}},
                              .events = {{.trigger = "clock > 1 + shift", .assign = {{"x", "clock"}}, .delay = "2"},
                                         {.trigger = "clock > 2", .assign = {{"x", "1"}}, .priority = "x"}}})));
}

TEST(DeviceCode, of_a_model_with_an_equation_without_a_rate) {
    expect_device_code(
        lowered(events::read({.start = {{"x", 1}, {"y", 1}}, .rate = {{"x", "-y"}}, .zero = {"y^3 + y - x"}})));
}

}  // namespace
}  // namespace kohort
