#include "cohort/persons_table.hpp"

#include "base/csv.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace kohort::cohort {

namespace {

/// "height [cm]" -> name height, unit cm; "sex" -> name sex, no unit.
PersonsColumn column_from(const CsvCell& header, const Place& place) {
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

bool is_missing(const CsvCell& cell) {
    if (cell.quoted) return false;
    return cell.text.empty() || cell.text == "NA" || cell.text == "NaN" || cell.text == "nan" || cell.text == ".";
}

void fill_numbers(PersonsColumn& column, const std::vector<CsvRow>& rows, std::size_t at, const std::string& file) {
    for (const CsvRow& row : rows) {
        const CsvCell& cell = row.cells[at];
        const auto value = csv_number(cell);
        if (!value) {
            throw InputError({file, row.line, cell.column},
                             "'" + cell.text + "' in column '" + column.name + "' [" + column.unit + "] is not a number",
                             "write a number in the unit of the header, with a point before decimals");
        }
        column.value.push_back(*value);
    }
}

/// True for text, false for numbers; a mixture is refused, because it would be a mistyped number as often as a level.
bool is_text(const PersonsColumn& column, const std::vector<CsvRow>& rows, std::size_t at, const std::string& file) {
    const auto is_number = [&](const CsvRow& row) {
        return !row.cells[at].quoted && csv_number(row.cells[at]).has_value();
    };
    const bool first = is_number(rows.front());
    for (const CsvRow& row : rows) {
        if (is_number(row) == first) continue;
        throw InputError({file, row.line, row.cells[at].column},
                         "column '" + column.name + "' has numbers and text: '" + rows.front().cells[at].text +
                             "' in line " + std::to_string(rows.front().line) + ", '" + row.cells[at].text + "' here",
                         "correct the number, or put all levels in quotes");
    }
    return !first;
}

void fill_levels(PersonsColumn& column, const std::vector<CsvRow>& rows, std::size_t at) {
    std::set<std::string> levels;
    for (const CsvRow& row : rows) levels.insert(row.cells[at].text);
    column.levels.assign(levels.begin(), levels.end());
    for (const CsvRow& row : rows) {
        const auto found = std::lower_bound(column.levels.begin(), column.levels.end(), row.cells[at].text);
        column.value.push_back(static_cast<double>(found - column.levels.begin()));
    }
}

std::vector<std::string> ids_of(const std::vector<CsvRow>& rows, std::size_t at, const std::string& file) {
    std::vector<std::string> ids;
    std::set<std::string> seen;
    for (const CsvRow& row : rows) {
        ids.push_back(row.cells[at].text);
        if (!seen.insert(ids.back()).second) {
            throw InputError({file, row.line, row.cells[at].column}, "the id '" + ids.back() + "' occurs twice",
                             "give every person an id of their own");
        }
    }
    return ids;
}

void check_rows(const std::vector<CsvRow>& rows, const CsvRow& header, const std::string& file) {
    if (rows.empty())
        throw InputError({file, header.line, 1}, "there are no persons below the header", "write one line for each");
    for (const CsvRow& row : rows) {
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

PersonsTable table_from(std::vector<CsvRow> rows, const std::string& file) {
    if (rows.empty())
        throw InputError({file, 1, 1}, "the file is empty",
                         "its first line names the columns, as in 'id,age [year],sex'");
    const CsvRow header = rows.front();
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

PersonsTable read_persons_csv(const std::string& path) { return table_from(read_csv(path), path); }

}  // namespace kohort::cohort
