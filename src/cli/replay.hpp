// What replaying a twin of a trial and a run of an uncertainty study share.
#pragma once

#include "cli/commands.hpp"
#include "codegen/program.hpp"
#include "cohort/cohort.hpp"
#include "engine/simulator.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace kohort::cli {

struct ReplayOptions {
    std::filesystem::path study;
    std::int64_t twin = 0;             // of an uncertainty study: the run, counted from 0 in the order of its design
    std::filesystem::path result;      // compare with what is stored there; empty: do not
    std::filesystem::path trajectory;  // empty: none is written
    std::string every = "1 h";
};

/// 0, every, 2 every, ... up to the end of the study [model time]; none where no trajectory is asked for.
[[nodiscard]] std::vector<double> observation_times(const ReplayOptions& options, const std::string& time_unit, double end);

/// What the person's attributes are, a line each.
void print_person(std::span<const cohort::Attribute> attributes, const cohort::Person& person);

/// The course of what a study observes, as CSV.
class TrajectoryFile {
public:
    /// program must outlive the file. Throws InputError.
    TrajectoryFile(const std::filesystem::path& path, const codegen::Program& program);
    void append(const std::string& arm, const std::vector<double>& times, const engine::ArmResult& run);

private:
    std::ofstream out_;
    const codegen::Program& program_;
};

/// Runs one run of an uncertainty study again, alone.
[[nodiscard]] Exit replay_uncertainty(Session& session, const ReplayOptions& options);

}  // namespace kohort::cli
