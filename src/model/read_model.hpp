// Reads a model from a file, whatever its format.
//
// A composition is a directory with a file modules.txt, or that file:
//
//   # the whole
//   time_unit d                             (optional; that of the first module otherwise)
//   organs     organs.txt                   module name, file beside this one
//   adipocyte  adipocyte.txt
#pragma once

#include "model/model.hpp"

#include <filesystem>

namespace kohort::model {

/// Reads a SUND text, an IQM text, an SBML file, or a composition of such (the model is then named as its directory is). A
/// directory x without modules.txt stands for its file x.txt. Throws InputError for a file that cannot be read or understood.
[[nodiscard]] Model read_model(const std::filesystem::path& path);

}  // namespace kohort::model
