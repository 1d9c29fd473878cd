// A file read and written at given places by many ranks at once. Failures throw DiskError with the system's reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>

namespace kohort::engine {

/// The machine's fault, not the user's: a full disk, a quota, a file that went away.
class DiskError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws DiskError "PATH: cannot ACTION: reason" with errno's reason.
[[noreturn]] void disk_failed(const std::filesystem::path& path, const char* action, int reason);

class DiskFile {
public:
    DiskFile() = default;
    /// flags: of open(2).
    DiskFile(std::filesystem::path path, int flags);
    ~DiskFile();
    DiskFile(DiskFile&& other) noexcept;
    DiskFile& operator=(DiskFile&& other) noexcept;
    DiskFile(const DiskFile&) = delete;
    DiskFile& operator=(const DiskFile&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// What is there from offset on, at most bytes.size(); returns how much that is.
    [[nodiscard]] std::size_t read(std::span<std::byte> bytes, std::int64_t offset) const;
    void write(std::span<const std::byte> bytes, std::int64_t offset) const;
    /// Returns when what this process wrote is on the disk.
    void sync() const;
    /// Makes room now, so that a disk without room is noticed before it is needed. A file system that cannot promise
    /// room only gets the length.
    void reserve(std::int64_t n_bytes) const;

private:
    std::filesystem::path path_;
    int descriptor_ = -1;
};

/// Makes a small text file at once or not at all, whatever happens meanwhile.
void replace_file(const std::filesystem::path& path, const std::string& text);

/// Makes names given or taken away in a folder last.
void sync_folder(const std::filesystem::path& folder);

}  // namespace kohort::engine
