#include "engine/disk_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace kohort::engine {

void disk_failed(const std::filesystem::path& path, const char* action, int reason) {
    throw DiskError(path.string() + ": cannot " + action + ": " + std::strerror(reason));
}

DiskFile::DiskFile(std::filesystem::path path, int flags) : path_(std::move(path)) {
    descriptor_ = ::open(path_.c_str(), flags | O_CLOEXEC, 0666);
    if (descriptor_ < 0) disk_failed(path_, "open it", errno);
}

DiskFile::~DiskFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

DiskFile::DiskFile(DiskFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

DiskFile& DiskFile::operator=(DiskFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

std::size_t DiskFile::read(std::span<std::byte> bytes, std::int64_t offset) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n = ::pread(descriptor_, bytes.data() + done, bytes.size() - done,
                                  offset + static_cast<std::int64_t>(done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) disk_failed(path_, "read it", errno);
        if (n == 0) break;
        done += static_cast<std::size_t>(n);
    }
    return done;
}

void DiskFile::write(std::span<const std::byte> bytes, std::int64_t offset) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n = ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done,
                                   offset + static_cast<std::int64_t>(done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) disk_failed(path_, "write to it", errno);
        done += static_cast<std::size_t>(n);
    }
}

void DiskFile::sync() const {
    if (::fdatasync(descriptor_) != 0 && errno != EINVAL && errno != EROFS)
        disk_failed(path_, "write it to disk", errno);
}

void DiskFile::reserve(std::int64_t n_bytes) const {
    if (::fallocate(descriptor_, 0, 0, n_bytes) == 0) return;
    if (errno != EOPNOTSUPP && errno != ENOSYS) disk_failed(path_, "make room for it", errno);
    if (::ftruncate(descriptor_, n_bytes) != 0) disk_failed(path_, "make room for it", errno);
}

void replace_file(const std::filesystem::path& path, const std::string& text) {
    const std::filesystem::path draft = path.string() + ".new";
    {
        const DiskFile file(draft, O_WRONLY | O_CREAT | O_TRUNC);
        file.write(std::as_bytes(std::span(text)), 0);
        file.sync();
    }
    if (::rename(draft.c_str(), path.c_str()) != 0) disk_failed(path, "give it its name", errno);
    sync_folder(path.parent_path());
}

void sync_folder(const std::filesystem::path& folder) {
    const DiskFile open_folder(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
    open_folder.sync();
}

}  // namespace kohort::engine
