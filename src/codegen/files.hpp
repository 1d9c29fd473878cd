// Whole files, and folders that vanish.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace kohort::codegen {

/// The bytes of a file; nothing if it cannot be read.
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& file);

/// Throws InputError if the file cannot be written in full.
void write_file(const std::filesystem::path& file, std::string_view bytes);

/// A new folder of this process alone, removed with everything in it at the end.
class TemporaryFolder {
public:
    /// Throws InputError if it cannot be made.
    TemporaryFolder(const std::filesystem::path& parent, const std::string& prefix);
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace kohort::codegen
