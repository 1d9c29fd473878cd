#include "suite.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string_view>

namespace kohort::conformance {

namespace {

std::ifstream open(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) throw std::runtime_error("cannot read " + file.string());
    return stream;
}

std::vector<std::string> words(std::string_view text, char separator) {
    std::vector<std::string> result;
    for (const std::string_view piece : split(text, separator)) {
        if (!trim(piece).empty()) result.emplace_back(trim(piece));
    }
    return result;
}

double number(std::string_view text, const std::filesystem::path& file) {
    const std::string word(trim(text));
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);  // knows NaN, INF and -INF in any case
    if (word.empty() || *end != '\0') throw std::runtime_error(file.string() + ": `" + word + "` is not a number");
    return value;
}

}  // namespace

std::vector<Case> read_index(const std::filesystem::path& file) {
    std::ifstream stream = open(file);
    std::string line;
    std::getline(stream, line);
    std::map<std::string, std::size_t, std::less<>> column;
    for (const std::string_view name : split(trim(line), '\t')) column.emplace(name, column.size());
    std::vector<Case> cases;
    while (std::getline(stream, line)) {
        const std::vector<std::string_view> fields = split(line, '\t');
        const auto field = [&](const char* name) { return std::string(fields.at(column.at(name))); };
        Case found{field("id"), field("tier"), field("type"), field("sbml_file"), words(field("componentTags"), ',')};
        for (std::string& tag : words(field("testTags"), ',')) found.tags.push_back(std::move(tag));
        cases.push_back(std::move(found));
    }
    return cases;
}

Settings read_settings(const std::filesystem::path& file) {
    std::ifstream stream = open(file);
    std::map<std::string, std::string> entries;
    for (std::string line; std::getline(stream, line);) {
        const std::size_t colon = line.find(':');
        if (colon != std::string::npos) entries[std::string(trim(line.substr(0, colon)))] = line.substr(colon + 1);
    }
    Settings settings;
    settings.start = number(entries["start"], file);
    settings.duration = number(entries["duration"], file);
    settings.steps = static_cast<int>(number(entries["steps"], file));
    settings.absolute = number(entries["absolute"], file);
    settings.relative = number(entries["relative"], file);
    settings.amount = words(entries["amount"], ',');
    settings.concentration = words(entries["concentration"], ',');
    return settings;
}

Table read_results(const std::filesystem::path& file) {
    std::ifstream stream = open(file);
    std::string line;
    std::getline(stream, line);
    Table table;
    table.columns = words(line, ',');
    if (table.columns.empty()) throw std::runtime_error(file.string() + " has no columns");
    table.columns.erase(table.columns.begin());
    while (std::getline(stream, line)) {
        if (trim(line).empty()) continue;
        const std::vector<std::string_view> fields = split(line, ',');
        if (fields.size() < table.columns.size() + 1) throw std::runtime_error(file.string() + " has a short row");
        std::vector<double> row;
        for (std::size_t column = 0; column < table.columns.size(); ++column)
            row.push_back(number(fields[column + 1], file));
        table.rows.push_back(std::move(row));
    }
    return table;
}

bool agrees(double expected, double got, const Settings& settings) {
    if (std::isnan(expected)) return std::isnan(got);
    if (std::isinf(expected)) return got == expected;
    return std::abs(expected - got) <= settings.absolute + settings.relative * std::abs(expected);
}

}  // namespace kohort::conformance
