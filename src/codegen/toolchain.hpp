// The compiler that makes plug-ins, and what it says about itself and this machine.
#pragma once

#include "base/precision.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace kohort::codegen {

struct CompileOptions {
    std::string compiler;  // a program's name or path
    std::vector<std::string> flags;
    std::vector<std::filesystem::path> include_dirs;  // that hold kernels/ and base/
    int lanes = 0;  // twins side by side: 1, 2, 4, 8 or 16; 0: as wide as the flags allow
    Precision precision = Precision::double_only;    // mixed: twice as many lanes where lanes is 0
    std::filesystem::path cache;                     // compiled models are kept here; made if missing
    std::vector<std::filesystem::path> more_caches;  // looked in too, never written
    bool by_build = false;  // compiler and flags are those that built Kohort: what was compiled with the build will do
    std::function<void()> before_compiling;  // called if no cache has the model: what follows takes a while
};

/// The compiler and flags that built Kohort, with KOHORT_CXX in place of the compiler if set; the cache in KOHORT_CACHE, or
/// kohort/plugins under XDG_CACHE_HOME or ~/.cache; and the models that were compiled with the build. Throws InputError if
/// none of these folders is set.
[[nodiscard]] CompileOptions default_compile_options();

struct Toolchain {
    std::string identity;  // changes whenever the compiler, its target or our kernels change
    int lanes = 0;         // the widest that pays with its flags: 8 with AVX-512, 4 with AVX, else 2
};

/// Changes whenever the flags or our kernels change. Asks no compiler.
[[nodiscard]] std::string identity_of_headers(const CompileOptions& options);

/// The widest that pays with the flags that built Kohort.
[[nodiscard]] int lanes_of_build();

/// Asks the compiler. With -march=native the answer holds for this machine: the identity names the target's features, so a
/// cache on a shared disk never gives one machine another's code. Throws InputError if the compiler cannot be run.
[[nodiscard]] Toolchain examine_toolchain(const CompileOptions& options);

}  // namespace kohort::codegen
