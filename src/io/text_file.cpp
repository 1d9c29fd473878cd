#include "io/text_file.hpp"

#include "base/errors.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <system_error>

namespace kohort::io {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_read(const fs::path& path, const std::string& why) {
    throw InputError({path.string()}, "cannot read this file: " + why, "check the name and the permissions");
}

void require_regular_file(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
        throw InputError({path.string()}, "there is no such file",
                         "check the name; relative names start at the folder "
                         "of the file that mentions them");
    }
    if (error) cannot_read(path, error.message());
    if (fs::is_directory(status))
        throw InputError({path.string()}, "this is a folder, not a file", "name a file in it");
    if (!fs::is_regular_file(status)) cannot_read(path, "it is not a regular file");
}

/// Length of the UTF-8 sequence that starts text, 0 if it is malformed (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t k) {
        return k < text.size() ? static_cast<std::uint8_t>(text[k]) : std::uint8_t{0};
    };
    const auto continues = [&](std::size_t k) { return (byte(k) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80U) return 1;
    if (first >= 0xC2U && first <= 0xDFU) return continues(1) ? 2 : 0;
    if ((first & 0xF0U) == 0xE0U) {
        const bool overlong = first == 0xE0U && byte(1) < 0xA0U;
        const bool surrogate = first == 0xEDU && byte(1) >= 0xA0U;
        return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0U && first <= 0xF4U) {
        const bool overlong = first == 0xF0U && byte(1) < 0x90U;
        const bool beyond = first == 0xF4U && byte(1) >= 0x90U;
        return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

bool is_control(char character) {
    return (static_cast<unsigned char>(character) < 0x20 && std::strchr("\t\n\r", character) == nullptr) ||
           character == '\0' || character == '\x7f';
}

bool looks_like_utf16(std::string_view text) { return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"); }

}  // namespace

std::string_view require_utf8_text(std::string_view text, const std::string& file) {
    if (looks_like_utf16(text)) throw InputError({file}, "this file is UTF-16, not UTF-8", "save it again as UTF-8");
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    Place place{file, 1, 1};
    for (std::size_t at = 0; at < text.size();) {
        if (is_control(text[at]))
            throw InputError(place, "a control character: this is not a text file", "save it as plain text");
        const std::size_t length = utf8_length(text.substr(at));
        if (length == 0) throw InputError(place, "this byte is not UTF-8", "save the file as UTF-8");
        place.column = text[at] == '\n' ? 1 : place.column + 1;
        place.line += text[at] == '\n' ? 1 : 0;
        at += length;
    }
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        throw InputError({file}, "this file is empty", "see cohorts/ for examples to start from");
    }
    return text;
}

std::string read_text_file(const fs::path& path, std::size_t max_bytes) {
    require_regular_file(path);
    std::error_code error;
    const auto bytes = fs::file_size(path, error);
    if (error) cannot_read(path, error.message());
    if (bytes > max_bytes) {
        throw InputError({path.string()},
                         "this file has " + std::to_string(bytes) + " bytes; at most " + std::to_string(max_bytes) +
                             " are read as text",
                         "is it the right file?");
    }
    std::string text(bytes, '\0');
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream || !stream.read(text.data(), static_cast<std::streamsize>(bytes))) {
        cannot_read(path, errno != 0 ? std::strerror(errno) : "it ended early");
    }
    return std::string(require_utf8_text(text, path.string()));
}

}  // namespace kohort::io
