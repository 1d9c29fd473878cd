// A compiled model, loaded.
#pragma once

#include <filesystem>
#include <memory>

namespace kohort::codegen {

/// Holds the library for as long as it lives; copies share it.
class Plugin {
public:
    /// Throws InputError if file cannot be loaded.
    explicit Plugin(const std::filesystem::path& file);

    /// The address of an exported C symbol, e.g. "kohort_plugin" (kernels/plugin.hpp). Throws InputError if it is missing.
    [[nodiscard]] void* symbol(const char* name) const;

private:
    std::filesystem::path file_;
    std::shared_ptr<void> library_;
};

}  // namespace kohort::codegen
