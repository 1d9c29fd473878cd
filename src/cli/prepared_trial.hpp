// A study read, checked and bound to its model and cohort: all that can go wrong without computing has been looked at.
#pragma once

#include "codegen/program.hpp"
#include "cohort/cohort.hpp"
#include "engine/simulator.hpp"
#include "io/study_file.hpp"
#include "trial/bind.hpp"
#include "trial/virtual_trial.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kohort::cli {

struct PreparedTrial {
    io::StudyFile file;
    std::unique_ptr<cohort::Cohort> cohort;
    codegen::Program program;
    trial::BoundStudy bound;
    trial::TrialPlan plan;
    std::vector<std::string> warnings;  // what the reader tolerated and the checker found odd in the model

    [[nodiscard]] const trial::TrialStudy& study() const { return file.study; }
};

/// Throws InputError.
[[nodiscard]] PreparedTrial prepare_trial(const std::filesystem::path& study_path);

/// The first people of the cohort: those whose lives are looked at before the study begins.
[[nodiscard]] std::vector<cohort::Person> pilots_of(const PreparedTrial& trial);

/// How a study's model is to be integrated, without observation times. Runs the pilots where absolute tolerances are to be
/// fitted to the states.
[[nodiscard]] engine::SimulatorOptions simulator_options(const trial::TrialStudy& study, const trial::BoundStudy& bound,
                                                         std::span<const cohort::Person> pilots,
                                                         const engine::Kernel& kernel);

/// How the study's model is to be integrated, without observation times. Runs a few twins where absolute tolerances are to
/// be fitted to the states.
[[nodiscard]] engine::SimulatorOptions simulator_options(const PreparedTrial& trial, const engine::Kernel& kernel);

}  // namespace kohort::cli
