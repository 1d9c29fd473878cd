#include "model/annotation.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace kohort::model {

namespace {

struct KnownTimeUnit {
    std::string_view written;
    std::string_view name;
    double seconds;
};

constexpr double day = 86400.0;  // [s]

constexpr auto time_units = std::to_array<KnownTimeUnit>({
    {"ns", "ns", 1e-9},
    {"us", "us", 1e-6},
    {"\u00B5s", "us", 1e-6},
    {"\u03BCs", "us", 1e-6},
    {"ms", "ms", 1e-3},
    {"s", "s", 1.0},
    {"m", "min", 60.0},
    {"min", "min", 60.0},
    {"h", "h", 3600.0},
    {"d", "d", day},
    {"week", "week", 7 * day},
    {"y", "year", 365.25 * day},
    {"year", "year", 365.25 * day},
});

}  // namespace

std::string unit_in_brackets(std::string_view written) {
    const std::string_view unit = trim(written);
    return std::string(unit == "-" ? "1" : unit);
}

Annotation read_annotation(std::string_view comment) {
    comment = trim(comment);
    const std::size_t close = comment.find(']');
    if (!comment.starts_with('[') || close == std::string_view::npos)
        return {.unit = {}, .meaning = std::string(comment)};
    const std::string_view inside = comment.substr(1, close - 1);
    if (inside.find_first_of("=,") != std::string_view::npos) return {.unit = {}, .meaning = std::string(comment)};
    return {.unit = unit_in_brackets(inside), .meaning = std::string(trim(comment.substr(close + 1)))};
}

std::optional<TimeUnit> find_time_unit(std::string_view written) {
    const auto* const found = std::find_if(time_units.begin(), time_units.end(),
                                           [&](const KnownTimeUnit& unit) { return unit.written == written; });
    if (found == time_units.end()) return std::nullopt;
    return TimeUnit{std::string(found->name), found->seconds};
}

}  // namespace kohort::model
