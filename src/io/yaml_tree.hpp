// YAML as a tree of text: yaml-cpp finds the structure, every scalar stays as the user wrote it, with its place.
// Nothing is guessed (no, F, 1e3 and 010 are text); what makes YAML surprising or dangerous is refused with a reason:
// duplicate keys, tags, merge keys, several documents, tabs as indentation, deep nesting, alias bombs.
#pragma once

#include "base/errors.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kohort::io {

struct YamlNode;
using YamlNodePtr = std::shared_ptr<const YamlNode>;

struct YamlEntry {
    std::string key;
    Place place;  // of the key
    YamlNodePtr value;
};

struct YamlNode {
    enum class Kind { empty, scalar, list, map };
    Kind kind = Kind::empty;
    Place place;
    std::string text;                // scalar
    std::vector<YamlNodePtr> items;  // list
    std::vector<YamlEntry> entries;  // map, in the order of the file, keys distinct
    std::size_t size = 1;            // nodes below and including this one, aliases counted each time
};

struct YamlLimits {
    std::size_t bytes = std::size_t{8} << 20;
    std::size_t depth = 32;
    std::size_t nodes = 500'000;  // after aliases are followed
};

/// Parses one document. file is the name used in messages. Throws InputError with line and column.
[[nodiscard]] YamlNodePtr parse_yaml(std::string_view text, const std::string& file, const YamlLimits& limits = {});

/// Reads and parses a file.
[[nodiscard]] YamlNodePtr read_yaml(const std::filesystem::path& path, const YamlLimits& limits = {});

}  // namespace kohort::io
