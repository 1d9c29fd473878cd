#include "io/result_reader.hpp"

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

#include <hdf5_hl.h>

#include <algorithm>
#include <format>
#include <functional>
#include <numeric>

namespace kohort::io {
namespace {

/// Labels of a dimension's coordinate, as text.
std::vector<std::string> labels_of(hid_t coordinate) {
    if (h5::is_string(coordinate)) return h5::read_strings(coordinate);
    std::vector<std::string> labels;
    for (const double value : h5::read_numbers(coordinate)) labels.push_back(shortest(value));
    return labels;
}

/// Names of a dataset's coordinates, slowest dimension first.
std::vector<std::string> coordinates_of(hid_t dataset) {
    std::vector<std::string> names;
    const auto name_of_scale = [](hid_t, unsigned, hid_t scale, void* data) -> herr_t {
        std::vector<char> path(static_cast<std::size_t>(H5Iget_name(scale, nullptr, 0)) + 1);
        H5Iget_name(scale, path.data(), path.size());
        const std::string text(path.data());
        static_cast<std::vector<std::string>*>(data)->push_back(text.substr(text.rfind('/') + 1));
        return 1;  // the first one will do
    };
    for (unsigned dimension = 0; dimension < h5::shape(dataset).size(); ++dimension) {
        h5::check(H5DSiterate_scales(dataset, dimension, nullptr, name_of_scale, &names), "find the coordinates");
    }
    return names;
}

/// All numbers of one twin in a dataset whose last dimension is twin.
std::vector<double> read_twin(hid_t dataset, std::size_t position) {
    const std::vector<hsize_t> shape = h5::shape(dataset);
    std::vector<hsize_t> start(shape.size(), 0);
    std::vector<hsize_t> count = shape;
    start.back() = position;
    count.back() = 1;
    const hsize_t n = std::accumulate(count.begin(), count.end(), hsize_t{1}, std::multiplies<>());
    const h5::Handle there(H5Dget_space(dataset), "get a shape");
    h5::check(H5Sselect_hyperslab(there, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
              "select a twin");
    const h5::Handle here(H5Screate_simple(1, &n, nullptr), "make a data space");
    std::vector<double> values(n);
    h5::check(H5Dread(dataset, H5T_NATIVE_DOUBLE, here, there, H5P_DEFAULT, values.data()), "read a twin");
    return values;
}

/// "[usual,week52]" for element index of the leading dimensions; nothing for a single number.
std::string element_name(std::size_t index, const std::vector<std::vector<std::string>>& labels) {
    std::vector<std::string> words(labels.size());
    for (std::size_t dimension = labels.size(); dimension-- > 0;) {
        words[dimension] = labels[dimension][index % labels[dimension].size()];
        index /= labels[dimension].size();
    }
    return words.empty() ? "" : "[" + join(words, ",") + "]";
}

void append_variable(hid_t group, const std::string& path, const std::string& name, std::size_t position,
                     std::vector<TwinNumber>& numbers) {
    const h5::Handle dataset(H5Dopen2(group, name.c_str(), H5P_DEFAULT), "open " + path);
    if (H5DSis_scale(dataset) > 0 || h5::is_string(dataset)) return;
    const std::vector<std::string> coordinates = coordinates_of(dataset);
    if (coordinates.empty() || coordinates.back() != "twin") return;
    std::vector<std::vector<std::string>> labels;
    for (std::size_t dimension = 0; dimension + 1 < coordinates.size(); ++dimension) {
        const h5::Handle coordinate(H5Dopen2(group, coordinates[dimension].c_str(), H5P_DEFAULT),
                                    "open a coordinate of " + path);
        labels.push_back(labels_of(coordinate));
    }
    const std::string unit = h5::read_text_attribute(dataset, "units");
    const std::vector<double> values = read_twin(dataset, position);
    for (std::size_t index = 0; index < values.size(); ++index)
        numbers.push_back({path + element_name(index, labels), values[index], unit});
}

}  // namespace

ResultReader::ResultReader(const std::filesystem::path& path) : path_(path), file_(h5::open_to_read(path)) {
    if (text("schema_version").empty() || !h5::has_attribute(file_, "complete")) {
        throw InputError({path.string()}, "this HDF5 file is not a result of Kohort",
                         "it lacks the attributes schema_version and complete");
    }
}

bool ResultReader::complete() const {
    const std::vector<double> complete = h5::read_number_attribute(file_, "complete");
    return complete.size() == 1 && complete.front() == 1.0;
}

std::string ResultReader::text(const std::string& attribute) const { return h5::read_text_attribute(file_, attribute); }

std::vector<std::int64_t> ResultReader::twin_ids() const {
    const h5::Handle dataset(H5Dopen2(file_, "/twins/twin", H5P_DEFAULT), "open /twins/twin");
    std::vector<std::int64_t> ids(h5::shape(dataset).front());
    h5::check(H5Dread(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, ids.data()), "read /twins/twin");
    return ids;
}

std::int64_t ResultReader::failed_runs() const {
    const h5::Quiet quiet;
    const bool of_a_trial = text("schema_version").starts_with("kohort-trial-result/");
    const char* const name = of_a_trial ? "/failures/runs" : "/runs/runs";
    try {
        const h5::Handle runs(H5Dopen2(file_, name, H5P_DEFAULT), std::string("open ") + name);
        const std::size_t n_statuses = h5::shape(runs).back();  // the first of them is ok
        const std::vector<double> counts = h5::read_numbers(runs);
        double failed = 0.0;
        for (std::size_t at = 0; at < counts.size(); ++at) failed += at % n_statuses == 0 ? 0.0 : counts[at];
        return static_cast<std::int64_t>(failed);
    } catch (const h5::Error&) {
        throw InputError({path_.string()}, "this result is damaged: it does not say how its runs ended",
                         "run the study again with --overwrite");
    }
}

std::size_t ResultReader::position_of(std::int64_t id) const {
    const std::vector<std::int64_t> ids = twin_ids();
    const auto found = std::find(ids.begin(), ids.end(), id);
    if (found != ids.end()) return static_cast<std::size_t>(found - ids.begin());
    throw InputError({path_.string()}, "there is no twin " + std::to_string(id) + " in this file",
                     "twins are enrolled if they are eligible; /twins/twin lists their ids");
}

std::vector<TwinNumber> ResultReader::twin(std::int64_t id) const {
    const h5::Quiet quiet;
    const std::size_t position = position_of(id);
    std::vector<TwinNumber> numbers;
    for (const std::string& group_name : h5::members(file_, H5O_TYPE_GROUP)) {
        const h5::Handle group(H5Gopen2(file_, group_name.c_str(), H5P_DEFAULT), "open group " + group_name);
        for (const std::string& name : h5::members(group, H5O_TYPE_DATASET)) {
            append_variable(group, std::format("/{}/{}", group_name, name), name, position, numbers);
        }
    }
    return numbers;
}

std::vector<std::string> ResultReader::problems() const {
    std::vector<std::string> found;
    if (!complete()) found.emplace_back("the file is not complete: the run that wrote it did not end");
    if (sha256_hex(text("study")) != text("study_sha256"))
        found.emplace_back("the study inside is not the one that study_sha256 names");
    if (text("model_sha256").empty()) found.emplace_back("the model is not named");
    return found;
}

}  // namespace kohort::io
