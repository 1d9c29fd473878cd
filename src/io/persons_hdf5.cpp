#include "io/persons_hdf5.hpp"

#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/hdf5.hpp"

#include <hdf5_hl.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace kohort::io {
namespace {

using cohort::PersonsColumn;
using cohort::PersonsTable;

/// Numbers that stand for the sorted distinct texts.
PersonsColumn column_of_texts(const std::string& name, const std::vector<std::string>& texts) {
    std::map<std::string, double> code;
    for (const std::string& text : texts) code.emplace(text, 0.0);
    PersonsColumn column{name, "1", {}, {}};
    for (auto& [level, number] : code) {
        number = static_cast<double>(column.levels.size());
        column.levels.push_back(level);
    }
    for (const std::string& text : texts) column.value.push_back(code.at(text));
    return column;
}

/// CF's flag_meanings turned into levels 0, 1, ...; the stored numbers may be any.
void apply_flags(PersonsColumn& column, hid_t dataset, const Place& place) {
    const std::string meanings = h5::read_text_attribute(dataset, "flag_meanings");
    if (meanings.empty()) return;
    for (const std::string_view word : split(meanings, ' ')) column.levels.emplace_back(word);
    const std::vector<double> flags = h5::read_number_attribute(dataset, "flag_values");
    if (flags.size() != column.levels.size())
        throw InputError(place, "flag_values and flag_meanings differ in number", "give one word for each value");
    for (double& value : column.value) {
        const auto flag = std::find(flags.begin(), flags.end(), value);
        if (flag == flags.end())
            throw InputError(place, "the value " + shortest(value) + " is not among its flag_values",
                             "add it there, with its meaning");
        value = static_cast<double>(flag - flags.begin());
    }
}

void refuse_missing(const PersonsColumn& column, hid_t dataset, const Place& place) {
    const std::vector<double> fill = h5::read_number_attribute(dataset, "_FillValue");
    const auto is_missing = [&](double value) {
        return !std::isfinite(value) || (!fill.empty() && value == fill.front());
    };
    const auto missing = std::find_if(column.value.begin(), column.value.end(), is_missing);
    if (missing == column.value.end()) return;
    throw InputError(place, "person " + std::to_string(missing - column.value.begin() + 1) + " has no value",
                     "every person needs every value; leave such persons out of the file");
}

PersonsColumn read_column(hid_t dataset, const std::string& name, const Place& place) {
    if (h5::is_string(dataset)) return column_of_texts(name, h5::read_strings(dataset));
    const std::string unit = h5::read_text_attribute(dataset, "units");
    PersonsColumn column{name, unit.empty() ? "1" : unit, {}, h5::read_numbers(dataset)};
    refuse_missing(column, dataset, place);
    apply_flags(column, dataset, place);
    return column;
}

/// Datasets that say nothing about a person: coordinates, and what a result adds.
bool is_bookkeeping(hid_t dataset, const std::string& name) {
    return name == "attempts" || (name != "id" && H5DSis_scale(dataset) > 0);
}

PersonsTable read_group(hid_t group, const std::filesystem::path& path) {
    PersonsTable table;
    table.file = path.string();
    std::size_t n = 0;
    for (const std::string& name : h5::members(group, H5O_TYPE_DATASET)) {
        const h5::Handle dataset(H5Dopen2(group, name.c_str(), H5P_DEFAULT), "open dataset " + name);
        const std::vector<hsize_t> shape = h5::shape(dataset);
        if (shape.size() != 1 || is_bookkeeping(dataset, name)) continue;
        const Place place{path.string() + ":" + name};
        const bool is_first = table.columns.empty() && table.id.empty();
        if (!is_first && shape[0] != n)
            throw InputError(place, "this has " + std::to_string(shape[0]) + " values, others have " + std::to_string(n),
                             "every dataset must have one value a person");
        n = shape[0];
        if (name == "id" && h5::is_string(dataset))
            table.id = h5::read_strings(dataset);
        else
            table.columns.push_back(read_column(dataset, name, place));
    }
    if (table.columns.empty() || n == 0)
        throw InputError(
            {path.string()}, "there are no persons in this file",
            "datasets of one dimension, one value a person, are read from the root or from the group twins");
    return table;
}

}  // namespace

PersonsTable read_persons_hdf5(const std::filesystem::path& path) {
    const h5::Quiet quiet;
    const h5::Handle file = h5::open_to_read(path);
    try {
        const bool has_twins = H5Lexists(file, "twins", H5P_DEFAULT) > 0;
        const h5::Handle group(H5Gopen2(file, has_twins ? "twins" : "/", H5P_DEFAULT), "open the group of persons");
        return read_group(group, path);
    } catch (const h5::Error& error) {
        throw InputError({path.string()}, error.what(), "is the file damaged?");
    }
}

}  // namespace kohort::io
