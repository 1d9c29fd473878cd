// Source text compiled and loaded while a test runs.
#pragma once

#include "codegen/files.hpp"
#include "codegen/plugin.hpp"
#include "codegen/process.hpp"
#include "codegen/toolchain.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace kohort::codegen::toys {

/// The flags of plug-ins, at a level that compiles fast: the results have the same bits at every level.
inline std::vector<std::string> quick_flags() {
    std::vector<std::string> flags = default_compile_options().flags;
    std::replace(flags.begin(), flags.end(), std::string("-O3"), std::string("-O1"));
    return flags;
}

class CompiledText {
public:
    explicit CompiledText(const std::string& source, const std::vector<std::string>& more_flags = {})
        : folder_(std::filesystem::temp_directory_path(), "kohort-test-") {
        const CompileOptions options = default_compile_options();
        write_file(folder_.path() / "text.cpp", source);
        std::vector<std::string> argv{options.compiler};
        const auto flags = quick_flags();
        argv.insert(argv.end(), flags.begin(), flags.end());
        argv.insert(argv.end(), more_flags.begin(), more_flags.end());
        for (const auto& include : options.include_dirs) argv.insert(argv.end(), {"-I", include.string()});
        const auto library = folder_.path() / "text.so";
        argv.insert(argv.end(), {"-o", library.string(), (folder_.path() / "text.cpp").string()});
        const ProcessResult result = run_process(argv, folder_.path() / "log.txt");
        log_ = read_file(folder_.path() / "log.txt").value_or("");
        if (result.started && result.exit_code == 0) library_ = std::make_unique<Plugin>(library);
    }

    [[nodiscard]] bool loaded() const { return library_ != nullptr; }
    [[nodiscard]] const std::string& log() const { return log_; }

    template <class Function>
    [[nodiscard]] Function* function(const char* name) const {
        return reinterpret_cast<Function*>(library_->symbol(name));
    }

private:
    TemporaryFolder folder_;
    std::string log_;
    std::unique_ptr<Plugin> library_;
};

}  // namespace kohort::codegen::toys
