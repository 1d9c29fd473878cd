#include "io/hdf5.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <numeric>

namespace kohort::io::h5 {
namespace {

/// Called from the outermost reason to the innermost, which says most and stays.
herr_t keep_description(unsigned, const H5E_error2_t* error, void* text) {
    if (error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
    return 0;
}

template <class T>
void write_numbers(hid_t object, const std::string& name, const std::vector<T>& values, hid_t file_type, hid_t memory_type) {
    const hsize_t n = values.size();
    const Handle space(n == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &n, nullptr), "make a data space");
    const Handle attribute(H5Acreate2(object, name.c_str(), file_type, space, H5P_DEFAULT, H5P_DEFAULT),
                           "make attribute " + name);
    check(H5Awrite(attribute, memory_type, values.data()), "write attribute " + name);
}

std::size_t size_of(const std::vector<hsize_t>& extent) {
    return std::accumulate(extent.begin(), extent.end(), std::size_t{1}, std::multiplies<>());
}

/// Strings of either kind, read by the given function into a buffer.
template <class Read>
std::vector<std::string> strings(hid_t type, hid_t space, std::size_t n, Read&& read) {
    std::vector<std::string> texts(n);
    if (H5Tis_variable_str(type) > 0) {
        const Handle memory = string_type();
        check(H5Tset_cset(memory, H5Tget_cset(type)), "set a character set");
        std::vector<char*> pointers(n, nullptr);
        read(memory, static_cast<void*>(pointers.data()));
        std::transform(pointers.begin(), pointers.end(), texts.begin(),
                       [](const char* text) { return std::string(text != nullptr ? text : ""); });
        H5Dvlen_reclaim(memory, space, H5P_DEFAULT, static_cast<void*>(pointers.data()));
        return texts;
    }
    const std::size_t width = H5Tget_size(type);
    std::vector<char> bytes(n * width);
    read(type, bytes.data());
    for (std::size_t index = 0; index < n; ++index) {
        const char* text = bytes.data() + index * width;
        texts[index].assign(text, strnlen(text, width));
    }
    return texts;
}

}  // namespace

void fail(const std::string& action) {
    std::string innermost;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_description, &innermost);
    throw Error("cannot " + action + (innermost.empty() ? "" : ": " + innermost));
}

Quiet::Quiet() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Quiet::~Quiet() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

Handle string_type() {
    Handle type(H5Tcopy(H5T_C_S1), "copy the string type");
    check(H5Tset_size(type, H5T_VARIABLE), "make strings variable");
    check(H5Tset_cset(type, H5T_CSET_UTF8), "make strings UTF-8");
    return type;
}

void write_attribute(hid_t object, const std::string& name, const std::string& text) {
    const Handle type = string_type();
    const Handle space(H5Screate(H5S_SCALAR), "make a data space");
    const Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), "make attribute " + name);
    const char* pointer = text.c_str();
    check(H5Awrite(attribute, type, static_cast<const void*>(&pointer)), "write attribute " + name);
}

void write_attribute(hid_t object, const std::string& name, const std::vector<double>& values) {
    write_numbers(object, name, values, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE);
}
void write_attribute(hid_t object, const std::string& name, const std::vector<std::int64_t>& values) {
    write_numbers(object, name, values, H5T_STD_I64LE, H5T_NATIVE_INT64);
}
void write_attribute(hid_t object, const std::string& name, const std::vector<std::int32_t>& values) {
    write_numbers(object, name, values, H5T_STD_I32LE, H5T_NATIVE_INT32);
}
void write_attribute(hid_t object, const std::string& name, const std::vector<std::int8_t>& values) {
    write_numbers(object, name, values, H5T_STD_I8LE, H5T_NATIVE_INT8);
}

bool has_attribute(hid_t object, const std::string& name) { return H5Aexists(object, name.c_str()) > 0; }

std::string read_text_attribute(hid_t object, const std::string& name) {
    if (!has_attribute(object, name)) return {};
    const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), "open attribute " + name);
    const Handle type(H5Aget_type(attribute), "get the type of attribute " + name);
    const Handle space(H5Aget_space(attribute), "get the shape of attribute " + name);
    if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1) return {};
    return strings(
               type, space, 1,
               [&](hid_t memory, void* buffer) { check(H5Aread(attribute, memory, buffer), "read attribute " + name); })
        .front();
}

std::vector<double> read_number_attribute(hid_t object, const std::string& name) {
    if (!has_attribute(object, name)) return {};
    const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), "open attribute " + name);
    const Handle type(H5Aget_type(attribute), "get the type of attribute " + name);
    if (H5Tget_class(type) != H5T_INTEGER && H5Tget_class(type) != H5T_FLOAT) return {};
    const Handle space(H5Aget_space(attribute), "get the shape of attribute " + name);
    std::vector<double> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    check(H5Aread(attribute, H5T_NATIVE_DOUBLE, values.data()), "read attribute " + name);
    return values;
}

Handle open_to_read(const std::filesystem::path& path) {
    const Quiet quiet;
    if (!std::filesystem::exists(path)) throw InputError({path.string()}, "there is no such file", "check the name");
    if (H5Fis_accessible(path.c_str(), H5P_DEFAULT) <= 0)
        throw InputError({path.string()}, "this is not an HDF5 file that can be read",
                         "check the name and the permissions");
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0)
        throw InputError({path.string()}, "this HDF5 file is damaged, cut short or in use",
                         "make it again, or wait until it is written");
    return {file, "open " + path.string()};
}

std::vector<std::string> members(hid_t group, H5O_type_t type) {
    struct Found {
        H5O_type_t type;
        std::vector<std::string> names;
    } found{type, {}};
    const auto visit = [](hid_t parent, const char* name, const H5L_info2_t*, void* data) -> herr_t {
        auto& wanted = *static_cast<Found*>(data);
        H5O_info2_t info;
        if (H5Oget_info_by_name3(parent, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) >= 0 && info.type == wanted.type)
            wanted.names.emplace_back(name);
        return 0;
    };
    check(H5Literate2(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, visit, &found), "list a group");
    std::sort(found.names.begin(), found.names.end());
    return found.names;
}

std::vector<hsize_t> shape(hid_t dataset) {
    const Handle space(H5Dget_space(dataset), "get a shape");
    const int rank = check(H5Sget_simple_extent_ndims(space), "count dimensions");
    std::vector<hsize_t> extent(static_cast<std::size_t>(rank));
    check(H5Sget_simple_extent_dims(space, extent.data(), nullptr), "get a shape");
    return extent;
}

bool is_string(hid_t dataset) {
    const Handle type(H5Dget_type(dataset), "get a type");
    return H5Tget_class(type) == H5T_STRING;
}

std::vector<double> read_numbers(hid_t dataset) {
    std::vector<double> values(size_of(shape(dataset)));
    check(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "read a dataset");
    return values;
}

std::vector<std::string> read_strings(hid_t dataset) {
    const Handle type(H5Dget_type(dataset), "get a type");
    const Handle space(H5Dget_space(dataset), "get a shape");
    return strings(type, space, size_of(shape(dataset)), [&](hid_t memory, void* buffer) {
        check(H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer), "read a dataset of strings");
    });
}

}  // namespace kohort::io::h5
