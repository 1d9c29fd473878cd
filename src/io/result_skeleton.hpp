// The serial part of a result file, done by rank 0: groups, coordinates, labels, attributes, empty streamed datasets; and,
// when everything was written, the closing tables.
#pragma once

#include "io/hdf5.hpp"
#include "io/result_layout.hpp"

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

namespace kohort::io {

/// The longest piece of twins that a dataset stores together; a multiple of every dataset's own.
inline constexpr hsize_t longest_twin_chunk = 8192;

/// Shape of a dataset's chunks: depends on its own shape and type only, never on ranks or on how work is cut up.
[[nodiscard]] std::vector<hsize_t> chunk_shape(const std::vector<hsize_t>& shape, std::size_t item_bytes);

[[nodiscard]] std::size_t bytes_of(StoredType type);
[[nodiscard]] hid_t file_type_of(StoredType type);
[[nodiscard]] hid_t memory_type_of(StoredType type);

/// How our files are opened, serially or (with more set) in parallel.
[[nodiscard]] h5::Handle file_properties();

/// Makes the file, replacing any that is there. `complete` is 0.
void create_skeleton(const std::filesystem::path& path, const ResultLayout& layout);

/// Adds groups of variables with values to a file made by create_skeleton, then sets `complete` to 1.
void finish_file(const std::filesystem::path& path, const std::vector<Group>& tables);

/// Whether a file or a part of one could not be closed. The library must not be left to tidy up then: it crashes.
[[nodiscard]] bool files_left_open();

/// Numbers as they are stored; NaN becomes -1 in whole-number types.
[[nodiscard]] std::vector<std::byte> stored_bytes(StoredType type, std::span<const double> values);

}  // namespace kohort::io
