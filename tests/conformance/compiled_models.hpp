// Generated models, several to a source file, compiled at a low level of optimisation: what counts is that the generated code
// is right, not that it is fast.
#pragma once

#include "codegen/plugin.hpp"
#include "codegen/program.hpp"
#include "erased_model.hpp"

#include <span>
#include <vector>

namespace kohort::conformance {

class CompiledModels {
public:
    /// Throws InputError with the compiler's messages if it fails.
    explicit CompiledModels(std::span<const codegen::Program> programs);
    [[nodiscard]] ErasedModel operator[](std::size_t program) const;

private:
    codegen::Plugin library_;
};

}  // namespace kohort::conformance
