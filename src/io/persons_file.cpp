#include "io/persons_file.hpp"

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "io/persons_hdf5.hpp"

#include <array>
#include <fstream>

namespace kohort::io {

cohort::PersonsTable read_persons(const std::filesystem::path& path) {
    const std::string ending = path.extension().string();
    if (ending == ".csv") return cohort::read_persons_csv(path.string());
    if (ending == ".h5" || ending == ".hdf5" || ending == ".nc") return read_persons_hdf5(path);
    throw InputError({path.string()}, "persons are read from .csv, .h5, .hdf5 or .nc files",
                     "rename or convert the file");
}

std::string file_sha256(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream || std::filesystem::is_directory(path))
        throw InputError({path.string()}, "cannot read this file", "check the name and the permissions");
    Sha256 sum;
    std::array<char, 65536> buffer{};
    while (stream.read(buffer.data(), buffer.size()) || stream.gcount() > 0) {
        sum.add({buffer.data(), static_cast<std::size_t>(stream.gcount())});
    }
    return sum.hex();
}

void check_sha256(const std::filesystem::path& file, const std::optional<Value>& sha256) {
    if (!sha256 || sha256->text() == file_sha256(file)) return;
    sha256->refuse(file.string() + " is not the file that this was made with",
                   "find the right file, or leave sha256 out");
}

}  // namespace kohort::io
