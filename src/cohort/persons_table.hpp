// Persons that somebody measured: a table with one row a person, read from a CSV or HDF5 file.
#pragma once

#include "base/errors.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kohort::cohort {

struct PersonsColumn {
    std::string name;
    std::string unit;                 // UDUNITS spelling; "1" when dimensionless or categorical
    std::vector<std::string> levels;  // categorical: level k is stored as the number k; empty for numbers
    std::vector<double> value;        // [unit] (n_persons)
};

struct PersonsTable {
    std::string file;                         // where it came from, for messages
    std::vector<std::string> id;              // (n_persons) labels from a column named "id", or empty
    std::vector<PersonsColumn> columns;       // in the order of the file
    [[nodiscard]] std::int64_t size() const;  // n_persons
};

/// Reads a CSV file whose first line names the columns as `name` or `name [unit]`, e.g. `id,age [year],sex,height [cm]`.
/// A column without unit is dimensionless if all its cells are numbers, and categorical if none is (or all are in double
/// quotes), its levels sorted by name. A mixture, an empty or NA cell, and a row of another length are errors with line.
[[nodiscard]] PersonsTable read_persons_csv(const std::string& path);

}  // namespace kohort::cohort
