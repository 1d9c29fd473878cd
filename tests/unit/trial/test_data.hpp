// Where third-party data lies that is not part of this repository; tests skip without it.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace kohort::trial {

inline std::filesystem::path test_data(const char* name) {
    const char* folder = std::getenv("KOHORT_TEST_DATA");
    return std::filesystem::path(folder != nullptr ? folder : "../shared/data") / name;
}

}  // namespace kohort::trial
