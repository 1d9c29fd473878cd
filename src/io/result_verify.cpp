#include "io/result_verify.hpp"

#include "io/hdf5.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace kohort::io {
namespace {

std::size_t product(const std::vector<hsize_t>& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), std::size_t{1}, std::multiplies<>());
}

/// The chunks of a dataset, counted along its dimensions.
struct ChunkCount {
    std::vector<hsize_t> shape;
    std::vector<hsize_t> chunk;
    std::vector<hsize_t> count;

    explicit ChunkCount(hid_t dataset) : shape(h5::shape(dataset)), chunk(shape.size()), count(shape.size()) {
        const h5::Handle properties(H5Dget_create_plist(dataset), "get the properties of a dataset");
        h5::check(H5Pget_chunk(properties, static_cast<int>(chunk.size()), chunk.data()), "get the shape of chunks");
        for (std::size_t dimension = 0; dimension < shape.size(); ++dimension) {
            count[dimension] = (shape[dimension] + chunk[dimension] - 1) / chunk[dimension];
        }
    }

    void select(hid_t space, std::size_t number) const {
        std::vector<hsize_t> start(shape.size());
        std::vector<hsize_t> extent(shape.size());
        for (std::size_t dimension = shape.size(); dimension-- > 0;) {
            start[dimension] = number % count[dimension] * chunk[dimension];
            extent[dimension] = std::min(chunk[dimension], shape[dimension] - start[dimension]);
            number /= count[dimension];
        }
        h5::check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr),
                  "select a chunk");
    }
};

void verify_dataset(hid_t dataset, const std::string& name, int share, int n_shares) {
    const ChunkCount chunks(dataset);
    const h5::Handle space(H5Dget_space(dataset), "get the shape of " + name);
    hsize_t n_stored = 0;
    h5::check(H5Dget_num_chunks(dataset, space, &n_stored), "count the chunks of " + name);
    if (n_stored != product(chunks.count)) throw h5::Error("part of " + name + " was not written");
    std::vector<double> values(product(chunks.chunk));
    for (auto number = static_cast<std::size_t>(share); number < n_stored; number += static_cast<std::size_t>(n_shares)) {
        chunks.select(space, number);
        const auto n = static_cast<hsize_t>(H5Sget_select_npoints(space));
        const h5::Handle here(H5Screate_simple(1, &n, nullptr), "make a data space");
        h5::check(H5Dread(dataset, H5T_NATIVE_DOUBLE, here, space, H5P_DEFAULT, values.data()),
                  "read back what was written to " + name);
    }
}

}  // namespace

void verify_chunks(const std::filesystem::path& path, const std::vector<std::string>& datasets, int share, int n_shares) {
    const h5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), "open " + path.string() + " again");
    for (const std::string& name : datasets) {
        const h5::Handle dataset(H5Dopen2(file, name.c_str(), H5P_DEFAULT), "open " + name + " again");
        verify_dataset(dataset, name, share, n_shares);
    }
}

}  // namespace kohort::io
