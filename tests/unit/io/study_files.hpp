// Studies of tests/cases/yaml name a model that is shipped only while a test runs.
#pragma once

#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace kohort::io {

inline const std::filesystem::path cases = "tests/cases/yaml";

class StudyFiles : public ::testing::Test {
protected:
    StudyFiles() {
        std::filesystem::create_directories(root_ / "kernels/models");
        std::ofstream(root_ / "kernels/models/some-model.txt") << "a model\n";
        ::setenv("KOHORT_PATH", (root_ / "").c_str(), 1);
    }
    ~StudyFiles() override { ::unsetenv("KOHORT_PATH"); }

private:
    TemporaryFolder root_;
};

}  // namespace kohort::io
