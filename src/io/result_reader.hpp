// Opens a result file: is it whole, which study made it, what did one twin give?
#pragma once

#include "io/hdf5.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kohort::io {

/// One number of one twin.
struct TwinNumber {
    std::string name;  // "/outcomes/weight[usual,week52]": labels or numbers of the other coordinates
    double value = 0.0;
    std::string unit;  // empty: none
};

class ResultReader {
public:
    /// Throws InputError if path is no result of ours.
    explicit ResultReader(const std::filesystem::path& path);

    [[nodiscard]] bool complete() const;
    /// A text attribute of the file: "study", "study_sha256", "model_sha256", "seed", "engine_version"; empty when absent.
    [[nodiscard]] std::string text(const std::string& attribute) const;
    [[nodiscard]] std::vector<std::int64_t> twin_ids() const;
    /// Runs of twins that did not end well. Throws InputError if a damaged file does not say.
    [[nodiscard]] std::int64_t failed_runs() const;
    /// Everything stored about a twin, in alphabetical order of groups and variables. Throws InputError for an unknown id.
    [[nodiscard]] std::vector<TwinNumber> twin(std::int64_t id) const;
    /// What is wrong with the file, a sentence each; empty when it is whole and its study is the one it names.
    [[nodiscard]] std::vector<std::string> problems() const;

private:
    [[nodiscard]] std::size_t position_of(std::int64_t id) const;

    std::filesystem::path path_;
    h5::Handle file_;
};

}  // namespace kohort::io
