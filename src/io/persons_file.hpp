// Persons from files: CSV tables, and HDF5 files whose datasets are columns (such as the /twins group of a result).
#pragma once

#include "cohort/persons_table.hpp"
#include "io/yaml_value.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace kohort::io {

/// Reads by the name's ending: .csv, or .h5, .hdf5 and .nc.
[[nodiscard]] cohort::PersonsTable read_persons(const std::filesystem::path& path);

/// SHA-256 of a file's bytes.
[[nodiscard]] std::string file_sha256(const std::filesystem::path& path);

/// A file whose content may be pinned by its SHA-256, as in studies that were written by the program. Throws InputError.
void check_sha256(const std::filesystem::path& file, const std::optional<Value>& sha256);

}  // namespace kohort::io
