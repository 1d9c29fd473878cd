// The result file of a trial: what is in it and in which order.
//
//     /twins                     who they are: covariates, parameters and factors of every enrolled twin, and attempts
//     /runs                      status, status_time and steps of every twin in every arm
//     /outcomes                  each outcome (arm, visit, twin), or (arm, twin)
//     /screening, /failures      how many people missed which criterion; how many runs ended in which status
//     /trial                     the participants of trial 0: twin, arm, endpoints with their baselines
//     /analyses                  trial 0: estimates, intervals and p-values, one for each comparison
//     /operating_characteristics what many trials found: power, bias, coverage, type I error, with Monte Carlo errors
#pragma once

#include "engine/audit.hpp"
#include "io/result_writer.hpp"
#include "io/study_file.hpp"
#include "trial/operating.hpp"
#include "trial/simulate_bank.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kohort::io {

/// What is known when the twins are chosen; the references must stay valid.
struct TrialResultInfo {
    const StudyFile& file;
    const trial::TrialPlan& plan;
    std::span<const trial::Column> columns;  // of the bank's `measured`
    std::span<const std::int64_t> twin_ids;  // of the bank's members
    std::string time_unit;                   // of the model
    std::string model_sha256;
    std::string engine_version;
    std::vector<std::string> person_ids{};  // (n_twins) of a cohort read from a file with ids, else empty
    std::optional<engine::Audit> audit{};   // where the study is in mixed precision
};

/// What is known at the end.
struct TrialFindings {
    trial::ScreeningCounts& screening;
    std::span<const trial::BoundCriterion> criteria;
    const trial::FailureCounts& failures;
    const std::optional<trial::TrialResult>& trial;
    std::span<const trial::OperatingCharacteristic> operating;
};

[[nodiscard]] ResultLayout trial_layout(const TrialResultInfo& info);

/// The numbers of a chunk for each streamed variable of trial_layout.
[[nodiscard]] std::vector<std::vector<double>> trial_values(const TrialResultInfo& info, const trial::BankChunk& chunk);

[[nodiscard]] std::vector<Group> trial_tables(const TrialResultInfo& info, const TrialFindings& findings);

/// ResultWriter for trials. All members are collective.
class TrialResultFile {
public:
    TrialResultFile(MPI_Comm communicator, const std::filesystem::path& path, bool overwrite, const TrialResultInfo& info)
        : info_(info), writer_(communicator, path, trial_layout(info), {.overwrite = overwrite}) {}

    void store(const trial::BankChunk& chunk) { writer_.write(chunk.first, chunk.count, trial_values(info_, chunk)); }
    void close(const TrialFindings& findings) { writer_.close(trial_tables(info_, findings)); }

private:
    TrialResultInfo info_;
    ResultWriter writer_;
};

}  // namespace kohort::io
