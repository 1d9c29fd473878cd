// What a result file holds, before any number is known: groups, their coordinates and variables. netCDF-4 and CF rules:
// every group has its own coordinates, every variable names a coordinate for each of its dimensions.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace kohort::io {

using AttributeValue = std::variant<std::string, double, std::int64_t>;

enum class StoredType : std::int8_t { int8, int32, int64, float64 };

/// A dimension and its coordinate values: labels, or numbers with a unit.
struct Coordinate {
    std::string name;
    std::vector<std::string> labels;  // text coordinate; or
    std::vector<double> values;       // [unit] number coordinate; or
    std::string unit;                 // empty: none is written
    std::string long_name;
    StoredType type = StoredType::float64;     // of values
    std::span<const std::int64_t> whole = {};  // whole numbers that somebody else keeps: there may be millions
    [[nodiscard]] std::size_t size() const { return labels.size() + values.size() + whole.size(); }
};

/// A further text or number column along one dimension of a group, or an array over several.
struct Variable {
    std::string name;
    std::vector<std::string> dimensions;  // coordinate names of its group, slowest first
    StoredType type = StoredType::float64;
    std::string unit;  // empty: none is written; "1" for pure numbers
    std::string long_name;
    std::vector<std::string> flags;  // CF flag_meanings; flag k is stored as the number k
    std::vector<double> values;      // known from the start, row-major; or
    std::vector<std::string> texts;  // the same as text; or neither: written later, all NaN or -1 until then
};

struct Group {
    std::string name;  // "twins"
    std::vector<Coordinate> coordinates;
    std::vector<Variable> variables;
    std::map<std::string, AttributeValue> attributes;
};

/// Variables without values are streamed: their last dimension must be called twin, and have n_twins values.
struct ResultLayout {
    std::map<std::string, AttributeValue> attributes;  // of the whole file
    std::vector<Group> groups;
    std::int64_t n_twins = 0;
};

}  // namespace kohort::io
