// Text files that users wrote: read whole, after checking that they are text.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace kohort::io {

/// The whole file, without a byte-order mark. Throws InputError if it is missing, a folder, unreadable, longer than
/// max_bytes, empty, or not UTF-8 text (naming line and column of the first bad byte).
[[nodiscard]] std::string read_text_file(const std::filesystem::path& path, std::size_t max_bytes);

/// The checks of read_text_file on text from elsewhere; file is the name used in messages. Removes a byte-order mark.
[[nodiscard]] std::string_view require_utf8_text(std::string_view text, const std::string& file);

}  // namespace kohort::io
