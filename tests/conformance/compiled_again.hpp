// Twins that the interpreter has run, run once more as compiled code: both do the same operations, so no bit may differ.
#pragma once

#include "codegen/program.hpp"
#include "engine/one_twin.hpp"

#include <string>
#include <vector>

namespace kohort::conformance {

struct InterpretedTwin {
    std::string name;
    codegen::Program program;
    std::vector<double> parameters;  // [model units] (n_parameters)
    std::vector<double> inputs;      // [model units] (n_inputs)
    engine::OneTwinOptions options;
    std::vector<double> absolute;     // [state units] (n_states)
    std::vector<double> observation;  // [observable's unit] (n_observables, n_times), times fastest
};

class CompiledAgain {
public:
    /// Compiles when enough have come for a file.
    void take(InterpretedTwin twin);
    void finish();

    [[nodiscard]] int n_same() const { return n_same_; }
    [[nodiscard]] const std::vector<std::string>& different() const { return different_; }  // names

private:
    std::vector<InterpretedTwin> waiting_;
    std::size_t waiting_operations_ = 0;
    int n_same_ = 0;
    std::vector<std::string> different_;
};

}  // namespace kohort::conformance
