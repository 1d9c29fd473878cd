// A thin skin over the HDF5 C library: identifiers close themselves, failures throw. Only io includes this.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace kohort::io::h5 {

/// The library refused something; what() carries its reason.
class Error : public std::exception {
public:
    explicit Error(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

private:
    std::string text_;
};

/// Throws Error. action says what was tried: "open dataset /twins/age".
[[noreturn]] void fail(const std::string& action);

template <class Result>
Result check(Result result, const std::string& action) {
    if (result < 0) fail(action);
    return result;
}

/// Owns one identifier of any type.
class Handle {
public:
    Handle() = default;
    Handle(hid_t id, const std::string& action) : id_(check(id, action)) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        return *this;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { close(); }

    void close() {
        if (id_ >= 0) H5Idec_ref(id_);
        id_ = H5I_INVALID_HID;
    }
    /// Gives the identifier away unclosed.
    [[nodiscard]] hid_t release() { return std::exchange(id_, H5I_INVALID_HID); }
    [[nodiscard]] operator hid_t() const { return id_; }
    [[nodiscard]] explicit operator bool() const { return id_ >= 0; }

private:
    hid_t id_ = H5I_INVALID_HID;
};

/// Keeps the library from printing its error stack while it lives: failures become exceptions or are expected.
class Quiet {
public:
    Quiet();
    ~Quiet();
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

private:
    H5E_auto2_t function_ = nullptr;
    void* data_ = nullptr;
};

/// Variable-length UTF-8, the only kind of string in our files: netCDF-C crashes on fixed-length ones.
[[nodiscard]] Handle string_type();

void write_attribute(hid_t object, const std::string& name, const std::string& text);
void write_attribute(hid_t object, const std::string& name, const std::vector<double>& values);
void write_attribute(hid_t object, const std::string& name, const std::vector<std::int64_t>& values);
void write_attribute(hid_t object, const std::string& name, const std::vector<std::int8_t>& values);
void write_attribute(hid_t object, const std::string& name, const std::vector<std::int32_t>& values);

[[nodiscard]] bool has_attribute(hid_t object, const std::string& name);
/// A string attribute of either kind; empty when there is none.
[[nodiscard]] std::string read_text_attribute(hid_t object, const std::string& name);
/// The attribute's numbers as doubles; empty when there is none.
[[nodiscard]] std::vector<double> read_number_attribute(hid_t object, const std::string& name);

[[nodiscard]] Handle open_to_read(const std::filesystem::path& path);
/// Names of a group's members of one type, sorted.
[[nodiscard]] std::vector<std::string> members(hid_t group, H5O_type_t type);
[[nodiscard]] std::vector<hsize_t> shape(hid_t dataset);
[[nodiscard]] bool is_string(hid_t dataset);
/// A whole dataset, row-major.
[[nodiscard]] std::vector<double> read_numbers(hid_t dataset);
[[nodiscard]] std::vector<std::string> read_strings(hid_t dataset);

}  // namespace kohort::io::h5
