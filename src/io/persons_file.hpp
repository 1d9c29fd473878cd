// Persons from files: CSV tables, and HDF5 files whose datasets are columns (such as the /twins group of a result).
#pragma once

#include "cohort/persons_table.hpp"

#include <filesystem>
#include <string>

namespace kohort::io {

/// Reads by the name's ending: .csv, or .h5, .hdf5 and .nc.
[[nodiscard]] cohort::PersonsTable read_persons(const std::filesystem::path& path);

/// SHA-256 of a file's bytes.
[[nodiscard]] std::string file_sha256(const std::filesystem::path& path);

}  // namespace kohort::io
