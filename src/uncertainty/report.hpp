// The report of an uncertainty study: failures first, then for each variable and feature what it is like and which inputs
// make it so, the most important first.
#pragma once

#include "uncertainty/cells.hpp"
#include "uncertainty/design.hpp"
#include "uncertainty/findings.hpp"
#include "uncertainty/run_design.hpp"
#include "uncertainty/study.hpp"

#include <string>
#include <vector>

namespace kohort::uncertainty {

struct ReportInput {
    std::string name;
    std::string title;
    std::uint64_t seed = 0;
    const UncertaintyStudy& study;
    const Design& design;
    const Cells& cells;
    const Findings& findings;
    const RunCounts& counts;
    std::vector<int> report_times;  // places of study.report_at among the times
    double seconds = 0.0;
    std::string output;
};

[[nodiscard]] std::string report_text(const ReportInput& input);

}  // namespace kohort::uncertainty
