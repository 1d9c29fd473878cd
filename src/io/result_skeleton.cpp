#include "io/result_skeleton.hpp"

#include "base/errors.hpp"
#include "io/hdf5.hpp"

#include <hdf5_hl.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>
#include <set>

namespace kohort::io {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_chunk_bytes = std::size_t{1} << 20;
constexpr hsize_t most_rows_in_chunk = 256;  // of the dimension before twin: visits or times
constexpr std::size_t contiguous_bytes = std::size_t{64} << 10;
constexpr unsigned gzip_level = 1;

template <class T>
void append_as(std::vector<std::byte>& bytes, std::span<const double> values) {
    for (std::size_t index = 0; index < values.size(); ++index) {
        const T number = std::isnan(values[index]) ? T{-1} : static_cast<T>(values[index]);
        std::memcpy(bytes.data() + index * sizeof(T), &number, sizeof(T));
    }
}

void write_attribute(hid_t object, const std::string& name, const AttributeValue& value) {
    std::visit(
        [&](const auto& known) {
            if constexpr (std::is_same_v<std::decay_t<decltype(known)>, std::string>)
                h5::write_attribute(object, name, known);
            else
                h5::write_attribute(object, name, std::vector{known});
        },
        value);
}

/// Creation properties of a dataset whose bytes must not depend on when or by whom it was written.
h5::Handle dataset_properties(const std::vector<hsize_t>& shape, StoredType type, bool streamed) {
    h5::Handle properties(H5Pcreate(H5P_DATASET_CREATE), "make dataset properties");
    h5::check(H5Pset_obj_track_times(properties, false), "leave times out");
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<std::byte> fill = stored_bytes(type, {&nan, 1});
    h5::check(H5Pset_fill_value(properties, memory_type_of(type), fill.data()), "set the fill value");
    h5::check(H5Pset_fill_time(properties, H5D_FILL_TIME_ALLOC), "set when to fill");
    const std::size_t n = std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
    if (!streamed && n * bytes_of(type) <= contiguous_bytes) return properties;
    const std::vector<hsize_t> chunk = chunk_shape(shape, bytes_of(type));
    h5::check(H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data()), "set the chunk shape");
    h5::check(H5Pset_alloc_time(properties, H5D_ALLOC_TIME_INCR), "set when to allocate");
    h5::check(H5Pset_shuffle(properties), "use the shuffle filter");
    h5::check(H5Pset_deflate(properties, gzip_level), "use gzip");
    return properties;
}

h5::Handle make_text_dataset(hid_t group, const std::string& name, const std::vector<hsize_t>& shape,
                             const std::vector<std::string>& texts) {
    const h5::Handle properties(H5Pcreate(H5P_DATASET_CREATE), "make dataset properties");
    h5::check(H5Pset_obj_track_times(properties, false), "leave times out");
    const h5::Handle type = h5::string_type();
    const h5::Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                           "make a data space");
    h5::Handle dataset(H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT),
                       "make dataset " + name);
    std::vector<const char*> pointers;
    for (const std::string& text : texts) pointers.push_back(text.c_str());
    if (!texts.empty())
        h5::check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, static_cast<const void*>(pointers.data())),
                  "write " + name);
    return dataset;
}

void write_whole(hid_t dataset, const std::string& name, hid_t memory_type, const void* numbers) {
    h5::check(H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers), "write " + name);
    h5::check(H5Dflush(dataset), "write " + name);
}

h5::Handle make_number_dataset(hid_t group, const std::string& name, const std::vector<hsize_t>& shape, StoredType type,
                               const std::vector<double>& values, bool streamed) {
    const h5::Handle properties = dataset_properties(shape, type, streamed);
    const h5::Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                           "make a data space");
    h5::Handle dataset(H5Dcreate2(group, name.c_str(), file_type_of(type), space, H5P_DEFAULT, properties, H5P_DEFAULT),
                       "make dataset " + name);
    if (!values.empty()) write_whole(dataset, name, memory_type_of(type), stored_bytes(type, values).data());
    return dataset;
}

void describe(hid_t dataset, const std::string& unit, const std::string& long_name) {
    if (!unit.empty()) h5::write_attribute(dataset, "units", unit);
    if (!long_name.empty()) h5::write_attribute(dataset, "long_name", long_name);
}

void write_flags(hid_t dataset, const std::vector<std::string>& flags) {
    if (flags.empty()) return;
    std::vector<std::int8_t> values(flags.size());
    std::iota(values.begin(), values.end(), std::int8_t{0});
    std::string meanings;
    for (const std::string& flag : flags) {
        std::string word = flag;
        std::replace(word.begin(), word.end(), ' ', '_');
        meanings += (meanings.empty() ? "" : " ") + word;
    }
    h5::write_attribute(dataset, "flag_values", values);
    h5::write_attribute(dataset, "flag_meanings", meanings);
}

struct Scale {
    const Coordinate* coordinate;
    h5::Handle dataset;
};

Scale make_scale(hid_t group, const Coordinate& coordinate) {
    const std::vector<hsize_t> shape{coordinate.size()};
    h5::Handle dataset = coordinate.labels.empty()
                             ? make_number_dataset(group, coordinate.name, shape, coordinate.type, coordinate.values, false)
                             : make_text_dataset(group, coordinate.name, shape, coordinate.labels);
    if (!coordinate.whole.empty()) write_whole(dataset, coordinate.name, H5T_NATIVE_INT64, coordinate.whole.data());
    h5::check(H5DSset_scale(dataset, coordinate.name.c_str()), "make " + coordinate.name + " a dimension");
    describe(dataset, coordinate.unit, coordinate.long_name);
    return {&coordinate, std::move(dataset)};
}

const Scale& find_scale(const std::vector<Scale>& scales, const std::string& name) {
    const auto found = std::find_if(scales.begin(), scales.end(),
                                    [&](const Scale& scale) { return scale.coordinate->name == name; });
    KOHORT_CHECK(found != scales.end());
    return *found;
}

void make_variable(hid_t group, const Variable& variable, const std::vector<Scale>& scales) {
    std::vector<hsize_t> shape;
    for (const std::string& dimension : variable.dimensions)
        shape.push_back(find_scale(scales, dimension).coordinate->size());
    const std::size_t n = std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
    const bool streamed = variable.values.empty() && variable.texts.empty() && n > 0;
    KOHORT_CHECK(streamed || std::max(variable.values.size(), variable.texts.size()) == n);
    const h5::Handle dataset = variable.texts.empty() ? make_number_dataset(group, variable.name, shape, variable.type,
                                                                            variable.values, streamed)
                                                      : make_text_dataset(group, variable.name, shape, variable.texts);
    for (unsigned dimension = 0; dimension < shape.size(); ++dimension) {
        h5::check(H5DSattach_scale(dataset, find_scale(scales, variable.dimensions[dimension]).dataset, dimension),
                  "attach a dimension");
    }
    describe(dataset, variable.unit, variable.long_name);
    write_flags(dataset, variable.flags);
    if (variable.texts.empty() && variable.type == StoredType::float64) {
        h5::write_attribute(dataset, "_FillValue", std::vector{std::numeric_limits<double>::quiet_NaN()});
    }
}

void make_group(hid_t file, const Group& description) {
    const h5::Handle properties(H5Pcreate(H5P_GROUP_CREATE), "make group properties");
    h5::check(H5Pset_obj_track_times(properties, false), "leave times out");
    const h5::Handle group(H5Gcreate2(file, description.name.c_str(), H5P_DEFAULT, properties, H5P_DEFAULT),
                           "make group " + description.name);
    for (const auto& [name, value] : description.attributes) write_attribute(group, name, value);
    std::vector<Scale> scales;
    for (const Coordinate& coordinate : description.coordinates) scales.push_back(make_scale(group, coordinate));
    for (const Variable& variable : description.variables) make_variable(group, variable, scales);
}

/// Closes a file and believes that it was written only if the library says so: a handle that closes itself does not ask.
void close_whole(h5::Handle file) {
    h5::check(H5Fflush(file, H5F_SCOPE_GLOBAL), "write the file");
    h5::check(H5Fclose(file.release()), "close the file");
}

}  // namespace

std::size_t bytes_of(StoredType type) {
    switch (type) {
        case StoredType::int8: return 1;
        case StoredType::int32: return 4;
        case StoredType::int64:
        case StoredType::float64: return 8;
    }
    return 8;
}

hid_t file_type_of(StoredType type) {
    switch (type) {
        case StoredType::int8: return H5T_STD_I8LE;
        case StoredType::int32: return H5T_STD_I32LE;
        case StoredType::int64: return H5T_STD_I64LE;
        case StoredType::float64: return H5T_IEEE_F64LE;
    }
    return H5T_IEEE_F64LE;
}

hid_t memory_type_of(StoredType type) {
    switch (type) {
        case StoredType::int8: return H5T_NATIVE_INT8;
        case StoredType::int32: return H5T_NATIVE_INT32;
        case StoredType::int64: return H5T_NATIVE_INT64;
        case StoredType::float64: return H5T_NATIVE_DOUBLE;
    }
    return H5T_NATIVE_DOUBLE;
}

h5::Handle file_properties() {
    h5::Handle access(H5Pcreate(H5P_FILE_ACCESS), "make file access properties");
    h5::check(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V110), "choose the file format's version");
    // The library sets blocks aside for small things and leaves what it does not need as gaps. MPI-IO may write anything
    // into a gap, so there must be none.
    h5::check(H5Pset_meta_block_size(access, 0), "leave no gaps");
    h5::check(H5Pset_small_data_block_size(access, 0), "leave no gaps");
    return access;
}

std::vector<std::byte> stored_bytes(StoredType type, std::span<const double> values) {
    std::vector<std::byte> bytes(values.size() * bytes_of(type));
    switch (type) {
        case StoredType::int8: append_as<std::int8_t>(bytes, values); break;
        case StoredType::int32: append_as<std::int32_t>(bytes, values); break;
        case StoredType::int64: append_as<std::int64_t>(bytes, values); break;
        case StoredType::float64: std::memcpy(bytes.data(), values.data(), bytes.size()); break;
    }
    return bytes;
}

std::vector<hsize_t> chunk_shape(const std::vector<hsize_t>& shape, std::size_t item_bytes) {
    std::vector<hsize_t> chunk(shape.size(), 1);
    std::size_t row_bytes = item_bytes;
    if (shape.size() >= 2) {
        hsize_t& rows = chunk[shape.size() - 2];
        rows = std::min(shape[shape.size() - 2], most_rows_in_chunk);
        row_bytes *= rows;
    }
    const hsize_t fitting = std::bit_floor(largest_chunk_bytes / row_bytes);
    chunk.back() = std::min({shape.back(), fitting, longest_twin_chunk});
    return chunk;
}

void create_skeleton(const fs::path& path, const ResultLayout& layout) {
    const h5::Handle access = file_properties();
    const h5::Handle creation(H5Pcreate(H5P_FILE_CREATE), "make file properties");
    h5::check(H5Pset_obj_track_times(creation, false), "leave times out");
    h5::Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access), "make the file " + path.string());
    for (const auto& [name, value] : layout.attributes) write_attribute(file, name, value);
    h5::write_attribute(file, "complete", std::vector<std::int32_t>{0});
    for (const Group& group : layout.groups) make_group(file, group);
    close_whole(std::move(file));
}

void finish_file(const fs::path& path, const std::vector<Group>& tables) {
    const h5::Handle access = file_properties();
    h5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, access), "open " + path.string());
    for (const Group& group : tables) make_group(file, group);
    h5::check(H5Fflush(file, H5F_SCOPE_GLOBAL), "write " + path.string());
    h5::Handle complete(H5Aopen(file, "complete", H5P_DEFAULT), "open attribute complete");
    const std::int32_t yes = 1;
    h5::check(H5Awrite(complete, H5T_NATIVE_INT32, &yes), "mark the file complete");
    complete.close();
    close_whole(std::move(file));
}

bool files_left_open() { return H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_ALL) > 0; }

}  // namespace kohort::io
