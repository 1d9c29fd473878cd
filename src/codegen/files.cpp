#include "codegen/files.hpp"

#include "base/errors.hpp"

#include <stdlib.h>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace kohort::codegen {

namespace fs = std::filesystem;

std::optional<std::string> read_file(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return std::nullopt;
    std::ostringstream bytes;
    bytes << stream.rdbuf();
    if (stream.bad()) return std::nullopt;
    return std::move(bytes).str();
}

void write_file(const fs::path& file, std::string_view bytes) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (!stream) {
        throw InputError({.file = file.string()}, "this file cannot be written",
                         "check the permissions and the space left in its folder");
    }
}

TemporaryFolder::TemporaryFolder(const fs::path& parent, const std::string& prefix) {
    std::string name = (parent / (prefix + "XXXXXX")).string();
    if (mkdtemp(name.data()) == nullptr) {
        throw InputError({.file = parent.string()}, std::string("no folder can be made here: ") + std::strerror(errno),
                         "check the permissions and the space left; KOHORT_CACHE and TMPDIR choose other places");
    }
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace kohort::codegen
