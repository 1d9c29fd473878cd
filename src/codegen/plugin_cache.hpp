// From a program to a compiled model on disk, compiled only when no cache has it.
#pragma once

#include "codegen/program.hpp"
#include "codegen/toolchain.hpp"

#include <filesystem>
#include <string>

namespace kohort::codegen {

struct CompiledPlugin {
    std::filesystem::path file;  // the shared object; its source lies beside it, with .cpp
    std::string key;             // what it was found by: 64 hexadecimal digits
    bool from_cache = false;
    double seconds = 0.0;  // [s] that the compiler took; 0 from a cache
};

/// Finds or compiles the plug-in of program. The key is a hash of the source text made from it, the compiler with its
/// target, the flags and our own headers, so whatever changes, the right code is used. Every file carries its key and a
/// digest of its bytes: damaged or foreign files are compiled again. Processes that want the same plug-in at once compile
/// it once.
/// Throws InputError if the compiler is missing or fails; the message names its log.
[[nodiscard]] CompiledPlugin compile(const Program& program, const CompileOptions& options);

}  // namespace kohort::codegen
