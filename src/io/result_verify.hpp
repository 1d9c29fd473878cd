// Reads a result back before it gets its name. MPI-IO can lose a failed write without a word (Open MPI 5's collective write
// does on a full disk), so success is believed only when every chunk is there and unpacks.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kohort::io {

/// Reads every n_shares-th chunk of each dataset, starting with chunk number share. gzip's own checksum (RFC 1950) tells
/// whether it is what was written. Throws h5::Error naming the dataset.
void verify_chunks(const std::filesystem::path& path, const std::vector<std::string>& datasets, int share, int n_shares);

}  // namespace kohort::io
