// A compiled model ready to run: the program it was made from, and the plug-in.
#pragma once

#include "base/precision.hpp"
#include "codegen/plugin.hpp"
#include "codegen/program.hpp"
#include "engine/communicator.hpp"
#include "kernels/plugin.hpp"

#include <functional>
#include <string>
#include <vector>

namespace kohort::engine {

class Kernel {
public:
    /// Throws InputError if the plug-in was made for another program or precision.
    Kernel(codegen::Program program, codegen::Plugin plugin, Precision precision = Precision::double_only);

    [[nodiscard]] const codegen::Program& program() const { return program_; }
    [[nodiscard]] const kernels::PluginApi& api() const { return *api_; }
    [[nodiscard]] const std::vector<double>& default_parameters() const { return parameters_; }  // [model units]
    /// Mandatory inputs start as NaN: a study that leaves one unset is refused before it runs.
    [[nodiscard]] const std::vector<double>& default_inputs() const { return inputs_; }  // [model units]

private:
    codegen::Program program_;
    codegen::Plugin plugin_;
    const kernels::PluginApi* api_;
    std::vector<double> parameters_;  // [model units] (n_parameters)
    std::vector<double> inputs_;      // [model units] (n_inputs)
};

/// Collective. Rank 0 compiles the program unless a cache has it; then every rank loads the plug-in.
/// Throws InputError on every rank alike when the compiler fails or is missing.
/// before_compiling is called on rank 0 if no cache has it.
[[nodiscard]] Kernel build_kernel(codegen::Program program, Communicator& communicator,
                                  const std::function<void()>& before_compiling = {},
                                  Precision precision = Precision::double_only);

}  // namespace kohort::engine
