// An uncertainty study read, its model lowered, everything bound: what `run` and `check` need of it.
#pragma once

#include "codegen/program.hpp"
#include "engine/kernel.hpp"
#include "engine/simulator.hpp"
#include "io/uncertainty_file.hpp"
#include "trial/bind.hpp"
#include "trial/personal_run.hpp"
#include "uncertainty/cells.hpp"
#include "uncertainty/design_cohort.hpp"
#include "uncertainty/make_study.hpp"
#include "uncertainty/ranges.hpp"
#include "uncertainty/run_design.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kohort::cli {

struct PreparedUncertainty {
    io::UncertaintyFile file;
    std::shared_ptr<const uncertainty::DesignCohort> people;
    codegen::Program program;
    trial::BoundStudy bound;
    std::shared_ptr<const trial::PersonalRun> run;
    std::shared_ptr<const uncertainty::Design> design;
    uncertainty::Cells cells;
    std::vector<int> observable;         // (variables) row among the program's observables
    std::vector<UnitConverter> convert;  // (variables) model's unit -> reported
    std::vector<std::optional<uncertainty::ValueGrid::Range>> ranges;  // (variables, then features) [reported units]
    std::vector<uncertainty::Threshold> thresholds;
    std::vector<double> model_times;  // [model time] of the cells
    std::vector<int> report_times;    // places of the report's times
    std::vector<std::string> warnings;

    [[nodiscard]] const uncertainty::UncertaintyStudy& study() const { return file.study; }
};

[[nodiscard]] PreparedUncertainty prepare_uncertainty(const std::filesystem::path& study_path);

/// The first runs of the design: those that are looked at before the study begins.
[[nodiscard]] std::vector<cohort::Person> pilots_of(const PreparedUncertainty& study);

/// Reads cells from a run of the simulator below. study must outlive it.
[[nodiscard]] uncertainty::ReadCell cell_reader(const PreparedUncertainty& study);

/// How runs of the design are simulated; fits tolerances to the first of them.
[[nodiscard]] engine::SimulatorOptions simulator_options(const PreparedUncertainty& study, const engine::Kernel& kernel);

/// study and simulator must outlive it.
[[nodiscard]] uncertainty::RunContext run_context(const PreparedUncertainty& study, engine::Simulator& simulator);

/// Of quantities whose range the study does not give: simulates the first runs.
[[nodiscard]] std::vector<uncertainty::QuantityRange> ranges_of(const PreparedUncertainty& study,
                                                                const uncertainty::RunContext& context);

/// study must outlive it.
[[nodiscard]] std::unique_ptr<uncertainty::Analysis> make_analysis(const PreparedUncertainty& study,
                                                                   std::span<const uncertainty::QuantityRange> ranges);

}  // namespace kohort::cli
