// A trial's results as a trialist reads them: who took part, what was found, how often it would be found.
#pragma once

#include "engine/audit.hpp"
#include "trial/bind.hpp"
#include "trial/enrolment.hpp"
#include "trial/operating.hpp"
#include "trial/simulate_bank.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kohort::trial {

struct ReportInput {
    const TrialStudy& study;
    const BoundStudy& bound;
    const TrialPlan& plan;
    const Enrolment& enrolment;
    const Bank& bank;
    const std::optional<TrialResult>& result;               // none: the study randomises nobody
    const std::vector<OperatingCharacteristic>& operating;  // empty: not asked for
    double seconds = 0.0;                                   // [s] wall time of the whole run
    std::string output;                                     // the result file
    const std::optional<engine::Audit>& audit = {};         // where the study is in mixed precision
};

/// Plain text, about 110 columns at most. The first line says how many runs of twins failed, how and in which arms.
[[nodiscard]] std::string report_text(const ReportInput& input);

}  // namespace kohort::trial
