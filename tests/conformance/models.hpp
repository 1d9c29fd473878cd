// kohort-conformance --models DIR: every SBML file of a folder through the reader, the code generator and the interpreter,
// and against CVODE, an implementation of others that shares nothing but the expressions.
#pragma once

#include <filesystem>
#include <string>

namespace kohort::conformance {

struct ModelsOptions {
    std::filesystem::path folder;
    std::filesystem::path table;  // one line per model; empty: none
    std::string only;             // models whose name contains this
    int take_every = 1;           // 3: the first, the fourth, ...
    double t_end = 100.0;         // [model time]
    int at_least = 0;             // models that must agree with CVODE
    bool compiled = false;        // compiled code too, which must give the interpreter's bits
    double limit_s = 0.0;         // [s] for reading, differentiating and generating all; 0: none
};

/// The exit code: 0 if nothing differs and the limits hold.
[[nodiscard]] int run_models(const ModelsOptions& options);

}  // namespace kohort::conformance
