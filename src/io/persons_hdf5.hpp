// Persons from an HDF5 or netCDF-4 file: every dataset of one length in a group is a column, with `units` as its unit.
#pragma once

#include "cohort/persons_table.hpp"

#include <filesystem>
#include <string>

namespace kohort::io {

/// Reads the datasets of group "/twins", or of the root where there is no such group. Numbers become columns with the
/// unit of their attribute `units` ("1" without); whole numbers with flag_meanings become categorical columns, and so do
/// strings; a dataset of strings named "id" labels the persons. Datasets of more than one dimension are left out.
/// Throws InputError naming the dataset when lengths differ or a value is missing (NaN, _FillValue).
[[nodiscard]] cohort::PersonsTable read_persons_hdf5(const std::filesystem::path& path);

}  // namespace kohort::io
