#include "io/dosing_table.hpp"

#include "base/csv.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "io/persons_file.hpp"
#include "io/study_keys.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <map>
#include <set>

namespace kohort::io {
namespace {

namespace fs = std::filesystem;

constexpr auto columns_known = std::to_array<std::string_view>(
    {"ID", "TIME", "AMT", "RATE", "DUR", "II", "ADDL", "SS", "CMT", "EVID"});
constexpr std::int64_t most_additional = 1'000'000;
constexpr int most_told = 40;  // rows in error: who sees so many knows what is wrong with the others

bool is_known(std::string_view name) {
    return std::find(columns_known.begin(), columns_known.end(), name) != columns_known.end();
}

/// One row of the table, asked by the names of columns.
class Record {
public:
    Record(const CsvRow& row, const std::map<std::string, std::size_t>& columns, const std::string& file)
        : row_(row), columns_(columns), file_(file) {}

    [[nodiscard]] bool has(const std::string& column) const { return columns_.contains(column); }
    [[nodiscard]] Place place() const { return {file_, row_.line, 1}; }
    [[nodiscard]] Place place_of(const std::string& column) const {
        return {file_, row_.line, row_.cells[columns_.at(column)].column};
    }
    /// The cell's text; nothing where there is no such column.
    [[nodiscard]] std::string text(const std::string& column) const {
        return has(column) ? row_.cells[columns_.at(column)].text : "";
    }
    /// The cell's number, not negative; 0 where nothing is given.
    [[nodiscard]] double number(const std::string& column) const {
        const std::string written = text(column);
        if (written.empty() || written == ".") return 0.0;
        const auto value = csv_number(row_.cells[columns_.at(column)]);
        if (!value)
            refuse(column, "'" + written + "' is not a number", "write a number, in the unit that the study gives");
        if (*value < 0.0) refuse(column, written + " is negative", remedy_for_negative(column));
        return *value;
    }
    [[nodiscard]] std::int64_t whole(const std::string& column, std::int64_t most) const {
        const double value = number(column);
        if (value == std::floor(value) && value <= static_cast<double>(most)) return static_cast<std::int64_t>(value);
        refuse(column, text(column) + " is not a whole number from 0 to " + std::to_string(most),
               "write a whole number");
    }
    [[noreturn]] void refuse(const std::string& column, const std::string& problem, const std::string& remedy) const {
        throw InputError(place_of(column), column + ": " + problem, remedy);
    }

private:
    static std::string remedy_for_negative(const std::string& column) {
        if (column == "RATE") return "rates that a model gives (-1, -2) cannot be used: write the rate, or DUR";
        return column == "TIME" ? "times count from the start of the study" : "it must be 0 or more";
    }

    const CsvRow& row_;
    const std::map<std::string, std::size_t>& columns_;
    const std::string& file_;
};

/// What the study says about the table.
struct TableKeys {
    trial::DosingTable table;
    std::string file;  // to open, and for messages
    Place place;

    TableKeys(const Value& value, const fs::path& folder) {
        const Mapping map(value, study_keys::dosing_table);
        place = map.place();
        table.file = map.required("file").text();
        file = (folder / table.file).string();
        if (!fs::is_regular_file(file))
            throw InputError(map.place_of("file"), "there is no file " + file,
                             "file: starts at the folder of the study file");
        check_sha256(file, map.optional("sha256"));
        read_units(map.required("units"));
        if (const auto cmt = map.optional("cmt")) read_states(*cmt);
        if (const auto ignore = map.optional("ignore")) table.ignored = ignore->symbols();
    }

    [[nodiscard]] Quantity quantity(const Record& record, const std::string& column) const {
        return {record.number(column), table.units.at(column), record.place_of(column)};
    }

private:
    void read_units(const Value& value) {
        const Mapping map(value, {"TIME", "AMT", "RATE", "DUR", "II"});
        const std::string time = unit_of(map.required("TIME"), "s");
        const std::string amount = unit_of(map.required("AMT"), "");
        table.units = {
            {"TIME", time}, {"AMT", amount}, {"RATE", "(" + amount + ")/(" + time + ")"}, {"DUR", time}, {"II", time}};
        if (const auto rate = map.optional("RATE")) table.units["RATE"] = unit_of(*rate, "");
        if (const auto duration = map.optional("DUR")) table.units["DUR"] = unit_of(*duration, "s");
        if (const auto interval = map.optional("II")) table.units["II"] = unit_of(*interval, "s");
    }
    static std::string unit_of(const Value& value, const std::string& kind) {
        const std::string unit = value.text();
        check_unit(unit, value.place());
        if (!kind.empty() && !convertible(unit, kind))
            value.refuse(unit + " is not a unit of time", "use s, min, h, d or week");
        return unit;
    }
    void read_states(const Value& value) {
        if (!value.is_map()) {
            table.state = value.symbol();
            return;
        }
        for (const NamedValue& named : named_values(value)) table.states.emplace(named.name, named.value.symbol());
    }
};

std::map<std::string, std::size_t> read_header(const CsvRow& header, const TableKeys& keys) {
    std::map<std::string, std::size_t> columns;
    for (std::size_t at = 0; at < header.cells.size(); ++at) {
        const std::string& name = header.cells[at].text;
        const Place place{keys.file, header.line, header.cells[at].column};
        const auto& ignored = keys.table.ignored;
        if (std::find(ignored.begin(), ignored.end(), name) != ignored.end()) continue;
        if (!is_known(name)) {
            const std::vector<std::string> known(columns_known.begin(), columns_known.end());
            throw InputError(place, "column \"" + name + "\" is not known",
                             suggest(name, known) + "; or leave it out of account with ignore: [" + name + "]");
        }
        if (!columns.emplace(name, at).second) throw InputError(place, "column " + name + " occurs twice", "keep one");
    }
    const Place place{keys.file, header.line, 1};
    for (const char* needed : {"TIME", "AMT"}) {
        if (!columns.contains(needed))
            throw InputError(place, std::string("there is no column ") + needed, "the first line names the columns");
    }
    if (columns.contains("RATE") && columns.contains("DUR"))
        throw InputError(place, "there are columns RATE and DUR", "keep one: either says how long an infusion lasts");
    if (columns.contains("CMT") != keys.table.state.empty()) {
        throw InputError(keys.place,
                         columns.contains("CMT") ? "cmt names one state, but the table has a column CMT"
                                                 : "the table has no column CMT, so the study must say where doses go",
                         columns.contains("CMT") ? "write cmt: {1: depot, 2: central}" : "add cmt: depot");
    }
    return columns;
}

std::string state_of(const Record& record, const trial::DosingTable& table) {
    if (!table.state.empty()) return table.state;
    std::string written = record.text("CMT");
    const auto found = table.states.find(written);
    if (found != table.states.end()) return found->second;
    const bool is_name = !written.empty() && written != "." && !std::isdigit(static_cast<unsigned char>(written.front()));
    if (is_name && table.states.empty()) return written;
    std::vector<std::string> known;
    for (const auto& [number, state] : table.states) known.push_back(number);
    record.refuse("CMT", "'" + written + "' names no state",
                  known.empty() ? "say in the study what the numbers mean: cmt: {1: depot}" : suggest(written, known));
}

bool is_dose(const Record& record) {
    const bool gives = record.number("AMT") > 0.0;
    if (!record.has("EVID")) {
        if (gives) return true;
        for (const char* column : {"RATE", "DUR", "II", "ADDL", "SS"}) {
            if (record.number(column) > 0.0)
                record.refuse(column, "a record without AMT is an observation", "give AMT");
        }
        return false;
    }
    const std::int64_t event = record.whole("EVID", 4);
    if (event == 0 && gives) record.refuse("EVID", "0 is an observation, but AMT is given", "write 1 for a dose");
    if (event >= 2)
        record.refuse(
            "EVID",
            std::to_string(event) + (event == 2 ? " changes nothing here" : " resets the body, which a trial cannot"),
            "leave the record out");
    return event == 1;
}

trial::Dose dose_from(const Record& record, const TableKeys& keys) {
    trial::Dose dose;
    dose.place = record.place();
    dose.time = keys.quantity(record, "TIME");
    dose.amount = keys.quantity(record, "AMT");
    dose.compartment = state_of(record, keys.table);
    if (dose.amount.value == 0.0 && (record.number("RATE") > 0.0 || record.number("DUR") > 0.0))
        record.refuse("AMT", "an infusion of nothing", "give AMT: an infusion ends when so much was given");
    if (record.number("RATE") > 0.0) dose.rate = keys.quantity(record, "RATE");
    if (record.number("DUR") > 0.0) dose.duration = keys.quantity(record, "DUR");
    if (record.number("II") > 0.0) dose.interval = keys.quantity(record, "II");
    dose.additional = record.whole("ADDL", most_additional);
    dose.steady_state = static_cast<int>(record.whole("SS", 2));
    const bool repeats = dose.additional > 0 || dose.steady_state > 0;
    if (repeats && !dose.interval) {
        const std::string column = dose.additional > 0 ? "ADDL" : "SS";
        record.refuse(column, "it needs II, the interval between doses", "give II");
    }
    if (dose.interval && !repeats)
        record.refuse("II", "an interval needs ADDL or SS", "say how many more doses, in ADDL");
    return dose;
}

void check_length(const CsvRow& row, const CsvRow& header, const std::string& file) {
    if (row.cells.size() == header.cells.size()) return;
    throw InputError({file, row.line, 1},
                     "this line has " + std::to_string(row.cells.size()) + " cells, the header has " +
                         std::to_string(header.cells.size()),
                     "separate cells by commas, decimals by points");
}

}  // namespace

void read_dosing_table(const Value& value, const fs::path& folder, trial::Arm& arm) {
    const TableKeys keys(value, folder);
    const std::vector<CsvRow> rows = read_csv(keys.file);
    if (rows.empty())
        throw InputError({keys.file, 1, 1}, "the table is empty", "its first line names the columns: TIME,AMT,CMT");
    const auto columns = read_header(rows.front(), keys);
    std::map<std::string, double> last_time;  // of each person
    bool gives = false;
    int n_wrong = 0;
    Mistakes mistakes;
    for (auto row = rows.begin() + 1; row != rows.end() && n_wrong < most_told; ++row) {
        ++n_wrong;
        mistakes.attempt([&] {
            check_length(*row, rows.front(), keys.file);
            const Record record(*row, columns, keys.file);
            const std::string person = record.text("ID");
            if (record.has("ID") && person.empty()) record.refuse("ID", "it is missing", "every record needs one");
            const double time = record.number("TIME");
            const auto [last, is_first] = last_time.emplace(person, time);
            if (time < last->second)
                record.refuse("TIME", "it goes back from " + shortest(last->second), "sort the records by time");
            last->second = time;
            std::vector<trial::Dose>& doses = record.has("ID") ? arm.dosing_of[person] : arm.dosing;
            if (is_dose(record)) {
                doses.push_back(dose_from(record, keys));
                gives = true;
            }
            --n_wrong;
        });
    }
    mistakes.throw_if_any();
    if (!gives) throw InputError({keys.file}, "no record of this table is a dose", "leave dosing out of the arm");
    arm.table = keys.table;
}

void match_persons(const trial::Arm& arm, const cohort::PersonsTable& persons) {
    if (arm.dosing_of.empty()) return;
    const std::string table = "the dosing table of arm \"" + arm.id + "\"";
    if (persons.id.empty())
        throw InputError(
            arm.place, table + " tells persons apart by ID, but the cohort has no ids",
            "read the cohort from a file with a column id (from: {file: persons.csv}), or leave ID out of the table");
    const std::set<std::string> known(persons.id.begin(), persons.id.end());
    for (const auto& [id, doses] : arm.dosing_of) {
        if (known.contains(id)) continue;
        throw InputError(doses.empty() ? arm.place : doses.front().place,
                         std::format("{} has records of \"{}\", who is not in {}", table, id, persons.file),
                         suggest(id, persons.id));
    }
    for (const std::string& id : persons.id) {
        if (arm.dosing_of.contains(id)) continue;
        throw InputError(arm.place, std::format("{} has no record of person \"{}\" of {}", table, id, persons.file),
                         "add one; with AMT 0 and EVID 1 for somebody who gets nothing");
    }
}

}  // namespace kohort::io
