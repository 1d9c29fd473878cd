#include "model/model_file.hpp"

#include "base/errors.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>

namespace kohort::model {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_file = std::uintmax_t{16} << 20U;  // [bytes]

std::string read_model_file(const fs::path& path) {
    std::error_code error;
    const std::string name = path.string();
    if (!fs::exists(path, error)) throw InputError({name, 0, 0}, "there is no such file", "check the name");
    if (!fs::is_regular_file(path, error))
        throw InputError({name, 0, 0}, "this is not a file that can be read",
                         "name a model text, or a folder with a modules.txt");
    if (fs::file_size(path, error) > largest_file)
        throw InputError({name, 0, 0}, "the file has more than 16 MiB; that is not a model text", "check the name");
    std::ifstream stream(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) throw InputError({name, 0, 0}, "the file cannot be read", "check its permissions");
    return text;
}

}  // namespace kohort::model
