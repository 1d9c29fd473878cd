#include "base/csv.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>

namespace kohort {

namespace {

/// Cuts one line at commas; a cell in double quotes may hold commas, and "" for a quote.
std::vector<CsvCell> cells_of(std::string_view line, const Place& place) {
    std::vector<CsvCell> cells;
    std::size_t at = 0;
    while (true) {
        CsvCell cell;
        cell.column = static_cast<int>(at) + 1;
        while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
        if (at < line.size() && line[at] == '"') {
            cell.quoted = true;
            for (++at; at < line.size(); ++at) {
                if (line[at] != '"') {
                    cell.text += line[at];
                } else if (at + 1 < line.size() && line[at + 1] == '"') {
                    cell.text += line[++at];
                } else {
                    break;
                }
            }
            if (at == line.size())
                throw InputError({place.file, place.line, cell.column}, "a quoted cell does not end on its line",
                                 "close it with \"");
            ++at;
            const std::size_t comma = std::min(line.find(',', at), line.size());
            if (!trim(line.substr(at, comma - at)).empty()) {
                throw InputError({place.file, place.line, static_cast<int>(at) + 1}, "text follows a quoted cell",
                                 "write a quote inside a cell as \"\"");
            }
            at = comma;
        } else {
            const std::size_t comma = std::min(line.find(',', at), line.size());
            cell.text = std::string(trim(line.substr(at, comma - at)));
            at = comma;
        }
        cells.push_back(std::move(cell));
        if (at == line.size()) return cells;
        ++at;
    }
}

}  // namespace

std::vector<CsvRow> csv_rows(std::string_view text, const std::string& file) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark, which spreadsheets write
    std::vector<CsvRow> rows;
    int number = 0;
    for (std::string_view line : split(text, '\n')) {
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (trim(line).empty()) continue;
        rows.push_back({number, cells_of(line, {file, number, 1})});
    }
    return rows;
}

std::optional<double> csv_number(const CsvCell& cell) {
    const std::string_view text = cell.text.starts_with('+') ? std::string_view(cell.text).substr(1) : cell.text;
    double value = 0.0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::vector<CsvRow> read_csv(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream)
        throw InputError({path, 0, 0}, "this file cannot be read",
                         "check its name; it is relative to the file that mentions it");
    return csv_rows(text.str(), path);
}

}  // namespace kohort
