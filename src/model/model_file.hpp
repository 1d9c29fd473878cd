// The text of a file that should hold a model.
#pragma once

#include <filesystem>
#include <string>

namespace kohort::model {

/// Throws InputError if there is no such file, it cannot be read, or it has more than 16 MiB.
[[nodiscard]] std::string read_model_file(const std::filesystem::path& path);

}  // namespace kohort::model
