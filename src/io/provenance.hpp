// Where a result comes from, for people and archives that have never heard of us: an RO-Crate 1.2 metadata file beside it
// (https://w3id.org/ro/crate/1.2, a detached crate), <result without .h5>-ro-crate-metadata.json.
#pragma once

#include "io/side_file.hpp"

#include <filesystem>
#include <string>

namespace kohort::io {

struct Provenance {
    std::string name;   // of the study
    std::string title;  // of the study
    std::filesystem::path study;
    std::string study_sha256;  // of its canonical text, as in the result
    std::string model;         // its name
    std::string model_sha256;
    std::string cohort;  // its name or file; empty: described in the study itself
    std::string seed;
    std::string started;  // of the last attempt, as utc_now gives it
    RunFacts run;
};

/// Call on one rank, after the side file. Throws DiskError.
void write_provenance(const std::filesystem::path& result, const Provenance& facts);

}  // namespace kohort::io
