#include "cohort/persons_table.hpp"

#include "base/text.hpp"
#include "base/units.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

namespace kohort::cohort {

namespace {

struct Cell {
    std::string text;
    bool quoted = false;
    int column = 1;  // of its first character, from 1
};

struct Row {
    int line = 0;
    std::vector<Cell> cells;
};

/// Cuts one line at commas; a cell in double quotes may hold commas, and "" for a quote.
std::vector<Cell> cells_of(std::string_view line, const Place& place) {
    std::vector<Cell> cells;
    std::size_t at = 0;
    while (true) {
        Cell cell;
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

/// The lines that are not empty.
std::vector<Row> rows_of(std::string_view text, const std::string& file) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark, which spreadsheets write
    std::vector<Row> rows;
    int number = 0;
    for (std::string_view line : split(text, '\n')) {
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (trim(line).empty()) continue;
        rows.push_back({number, cells_of(line, {file, number, 1})});
    }
    return rows;
}

std::optional<double> number_in(const Cell& cell) {
    const std::string_view text = cell.text.starts_with('+') ? std::string_view(cell.text).substr(1) : cell.text;
    double value = 0.0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

/// "height [cm]" -> name height, unit cm; "sex" -> name sex, no unit.
PersonsColumn column_from(const Cell& header, const Place& place) {
    const std::string_view text = trim(header.text);
    const auto open = text.find('[');
    PersonsColumn column;
    column.name = std::string(trim(text.substr(0, open)));
    if (open != std::string_view::npos) {
        if (!text.ends_with(']'))
            throw InputError(place, "column '" + header.text + "' has no ']' after its unit",
                             "write it as 'height [cm]'");
        column.unit = std::string(trim(text.substr(open + 1, text.size() - open - 2)));
        check_unit(column.unit, place);
    }
    if (column.name.empty()) throw InputError(place, "a column has no name", "name it, as in 'height [cm]'");
    return column;
}

bool is_missing(const Cell& cell) {
    if (cell.quoted) return false;
    return cell.text.empty() || cell.text == "NA" || cell.text == "NaN" || cell.text == "nan" || cell.text == ".";
}

void fill_numbers(PersonsColumn& column, const std::vector<Row>& rows, std::size_t at, const std::string& file) {
    for (const Row& row : rows) {
        const Cell& cell = row.cells[at];
        const auto value = number_in(cell);
        if (!value) {
            throw InputError({file, row.line, cell.column},
                             "'" + cell.text + "' in column '" + column.name + "' [" + column.unit + "] is not a number",
                             "write a number in the unit of the header, with a point before decimals");
        }
        column.value.push_back(*value);
    }
}

/// True for text, false for numbers; a mixture is refused, because it would be a mistyped number as often as a level.
bool is_text(const PersonsColumn& column, const std::vector<Row>& rows, std::size_t at, const std::string& file) {
    const auto is_number = [&](const Row& row) { return !row.cells[at].quoted && number_in(row.cells[at]).has_value(); };
    const bool first = is_number(rows.front());
    for (const Row& row : rows) {
        if (is_number(row) == first) continue;
        throw InputError({file, row.line, row.cells[at].column},
                         "column '" + column.name + "' has numbers and text: '" + rows.front().cells[at].text +
                             "' in line " + std::to_string(rows.front().line) + ", '" + row.cells[at].text + "' here",
                         "correct the number, or put all levels in quotes");
    }
    return !first;
}

void fill_levels(PersonsColumn& column, const std::vector<Row>& rows, std::size_t at) {
    std::set<std::string> levels;
    for (const Row& row : rows) levels.insert(row.cells[at].text);
    column.levels.assign(levels.begin(), levels.end());
    for (const Row& row : rows) {
        const auto found = std::lower_bound(column.levels.begin(), column.levels.end(), row.cells[at].text);
        column.value.push_back(static_cast<double>(found - column.levels.begin()));
    }
}

std::vector<std::string> ids_of(const std::vector<Row>& rows, std::size_t at, const std::string& file) {
    std::vector<std::string> ids;
    std::set<std::string> seen;
    for (const Row& row : rows) {
        ids.push_back(row.cells[at].text);
        if (!seen.insert(ids.back()).second) {
            throw InputError({file, row.line, row.cells[at].column}, "the id '" + ids.back() + "' occurs twice",
                             "give every person an id of their own");
        }
    }
    return ids;
}

void check_rows(const std::vector<Row>& rows, const Row& header, const std::string& file) {
    if (rows.empty())
        throw InputError({file, header.line, 1}, "there are no persons below the header", "write one line for each");
    for (const Row& row : rows) {
        if (row.cells.size() != header.cells.size()) {
            throw InputError({file, row.line, 1},
                             "this line has " + std::to_string(row.cells.size()) + " cells, the header has " +
                                 std::to_string(header.cells.size()),
                             "separate cells by commas, decimals by points");
        }
        for (std::size_t at = 0; at < row.cells.size(); ++at) {
            if (!is_missing(row.cells[at])) continue;
            throw InputError({file, row.line, row.cells[at].column},
                             "the value of '" + header.cells[at].text + "' is missing",
                             "leave the person or the column out; values are not made up");
        }
    }
}

PersonsTable table_from(std::vector<Row> rows, const std::string& file) {
    if (rows.empty())
        throw InputError({file, 1, 1}, "the file is empty",
                         "its first line names the columns, as in 'id,age [year],sex'");
    const Row header = rows.front();
    rows.erase(rows.begin());
    check_rows(rows, header, file);
    PersonsTable table{.file = file, .id = {}, .columns = {}};
    std::set<std::string> names;
    for (std::size_t at = 0; at < header.cells.size(); ++at) {
        const Place place{file, header.line, header.cells[at].column};
        PersonsColumn column = column_from(header.cells[at], place);
        if (!names.insert(column.name).second)
            throw InputError(place, "column '" + column.name + "' occurs twice", "rename one of the two");
        if (column.name == "id") {
            table.id = ids_of(rows, at, file);
            continue;
        }
        if (column.unit.empty() && is_text(column, rows, at, file)) {
            fill_levels(column, rows, at);
        } else {
            fill_numbers(column, rows, at, file);
        }
        if (column.unit.empty()) column.unit = "1";
        table.columns.push_back(std::move(column));
    }
    return table;
}

}  // namespace

std::int64_t PersonsTable::size() const {
    if (!columns.empty()) return static_cast<std::int64_t>(columns.front().value.size());
    return static_cast<std::int64_t>(id.size());
}

PersonsTable read_persons_csv(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream)
        throw InputError({path, 0, 0}, "the file of persons cannot be read",
                         "check its name; it is relative to the cohort file");
    return table_from(rows_of(text.str(), path), path);
}

}  // namespace kohort::cohort
