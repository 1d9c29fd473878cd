#include "trial/report.hpp"

#include "base/plural.hpp"
#include "base/text.hpp"
#include "base/text_table.hpp"
#include "trial/audit_text.hpp"
#include "trial/description.hpp"

#include <algorithm>
#include <cmath>

namespace kohort::trial {

namespace {

std::string count(std::int64_t n) { return std::to_string(n); }

std::int64_t n_twins(const ReportInput& input) { return input.enrolment.counts.eligible(); }

/// Whether all went well; if not, a line for each arm and kind of failure.
std::string first_lines(const ReportInput& input) {
    const FailureCounts& failures = input.bank.failures;
    const std::int64_t runs = n_twins(input) * static_cast<std::int64_t>(input.plan.arms.size());
    if (failures.total() == 0) {
        if (runs == 1) return "The one run of a twin succeeded.\n\n";
        return "All " + count(runs) + " runs of twins succeeded.\n\n";
    }
    TextTable kinds;
    kinds.add_row({"", "failed", ""});
    for (std::size_t arm = 0; arm < input.plan.arms.size(); ++arm) {
        for (std::size_t code = 1; code < FailureCounts::n_statuses; ++code) {
            const auto status = static_cast<TwinStatus>(code);
            const std::int64_t n = failures.of(arm, status);
            if (n > 0) kinds.add_row({input.plan.arms[arm] + ", " + words_of(status), count(n)});
        }
    }
    std::string meanings;
    for (std::size_t code = 1; code < FailureCounts::n_statuses; ++code) {
        const auto status = static_cast<TwinStatus>(code);
        std::int64_t n = 0;
        for (std::size_t arm = 0; arm < input.plan.arms.size(); ++arm) n += failures.of(arm, status);
        if (n > 0) meanings += std::string("  ") + words_of(status) + ": " + meaning_of(status) + "\n";
    }
    return "FAILED: " + count(failures.total()) + " of " + counted(runs, "run") + ", in " + count(failures.twins) +
           " of " + counted(n_twins(input), "twin") + ". What they did not reach is missing below.\n" +
           kinds.text("  ") + meanings +
           "  Which twins: /runs/status in the results. To look at one: kohort replay STUDY --twin ID\n\n";
}

/// An audit of mixed precision that failed stands above everything.
std::string failed_audit(const ReportInput& input) {
    if (!input.audit || input.audit->passed()) return "";
    return audit_text(*input.audit, input.bound.columns, input.plan.arms);
}

/// One that passed, and how many runs were made in double after all.
std::string passed_audit(const ReportInput& input) {
    if (!input.audit) return "";
    std::string text = input.audit->passed() ? audit_text(*input.audit, input.bound.columns, input.plan.arms) : "";
    if (input.bank.in_double > 0)
        text += counted(input.bank.in_double, "run") + " failed in mixed precision and " +
                (input.bank.in_double == 1 ? "was" : "were") + " made in double: /runs/in_double in the results.\n\n";
    return text;
}

std::string written(const Quantity& quantity) { return shortest(quantity.value) + " " + quantity.unit; }

/// Participants of the virtual trial who drop out before the study ends.
std::int64_t n_left(const ReportInput& input) {
    const double rate = dropout_rate(input.study.dropout, "s");
    const double end = value_in(input.study.duration, "s");
    const RandomKey key = random_key(input.study.seed);
    return std::count_if(input.result->members.begin(), input.result->members.end(), [&](std::int64_t member) {
        return time_of_dropout(key, rate, input.enrolment.twin_ids[static_cast<std::size_t>(member)]) < end;
    });
}

std::string participants(const ReportInput& input) {
    TextTable table;
    const ScreeningCounts& screened = input.enrolment.counts;
    table.add_row({"Screened", count(screened.screened())});
    for (std::size_t index = 0; index < input.bound.screening.criteria.size(); ++index) {
        table.add_row({"  did not meet: " + input.bound.screening.criteria[index].words, count(screened.missed(index))});
    }
    if (screened.implausible() > 0) table.add_row({"  no plausible person drawn", count(screened.implausible())});
    if (screened.could_not_be_run() > 0)
        table.add_row({"  twin failed before treatment", count(screened.could_not_be_run())});
    table.add_row({"Eligible, and simulated in every arm", count(screened.eligible())});
    if (input.result)
        table.add_row({"Randomised in one virtual trial", count(static_cast<std::int64_t>(input.result->members.size()))});
    if (input.result && input.study.dropout)
        table.add_row({"  left it before the end at " + written(input.study.duration), count(n_left(input))});
    std::string text = table.text("");
    const double share = input.enrolment.acceptance.share();
    if (share < 1)
        text += "Of the people drawn, " + with_decimals(100 * share, 1) +
                " % were within the cohort's limits of the plausible.\n";
    return text;
}

std::string limits_words(const EndpointPlan& endpoint) {
    std::vector<std::string> words;
    const std::string unit = endpoint.unit.empty() ? "" : " " + endpoint.unit;
    if (!std::isinf(endpoint.at_least)) words.push_back("at least " + known_to(endpoint.at_least, 0) + unit);
    if (!std::isinf(endpoint.at_most)) words.push_back("at most " + known_to(endpoint.at_most, 0) + unit);
    return join(words, " and ");
}

/// "change of weight from baseline to week52 [kg]", "those with percent change of weight from ... at most -5 %"
std::string endpoint_words(const EndpointPlan& endpoint) {
    const std::string visit = endpoint.at_visit.visit;
    std::string words = endpoint.at_visit.outcome + (visit.empty() ? "" : " at " + visit);
    if (endpoint.kind != EndpointPlan::Value::value) {
        words = std::string(endpoint.kind == EndpointPlan::Value::change ? "change" : "percent change") + " of " +
                endpoint.at_visit.outcome + " from " + endpoint.at_baseline->visit + " to " + visit;
    }
    if (endpoint.binary) return "those with " + words + " " + limits_words(endpoint);
    return endpoint.unit.empty() ? words : words + " [" + endpoint.unit + "]";
}

std::string interval(double lower, double upper, double error) {
    return "(" + known_to(lower, error) + " to " + known_to(upper, error) + ")";
}

std::string level_words(double alpha) { return known_to(100 * (1 - alpha), 0) + " % CI"; }

/// Mean, adjusted mean or responders of one arm.
std::string arm_value(const EndpointPlan& endpoint, double value, std::int64_t n, double error) {
    if (!endpoint.binary) return known_to(value, error);
    if (n == 0) return "-";
    return count(std::llround(value * static_cast<double>(n))) + "/" + count(n) + " (" + with_decimals(100 * value, 1) +
           " %)";
}

void add_effect_cells(const EndpointPlan& endpoint, const Effect& effect, std::vector<std::string>& row) {
    if (endpoint.binary) {
        row.push_back(with_decimals(100 * effect.estimate, 1));
        row.push_back("(" + with_decimals(100 * effect.lower, 1) + " to " + with_decimals(100 * effect.upper, 1) + ")");
    } else {
        row.push_back(known_to(effect.estimate, effect.standard_error));
        row.push_back(interval(effect.lower, effect.upper, effect.standard_error));
    }
    if (endpoint.ln) {
        const double ratio = std::exp(effect.estimate);
        const double error = ratio * effect.standard_error;
        row.push_back(known_to(ratio, error) + " " + interval(std::exp(effect.lower), std::exp(effect.upper), error));
    }
    row.push_back(p_words(effect.p_value));
}

std::string analysis_text(const TrialPlan& plan, const AnalysisPlan& analysis, const AnalysisResult& result) {
    const EndpointPlan& endpoint = plan.endpoints[analysis.endpoint];
    const std::string& reference = plan.arms[static_cast<std::size_t>(analysis.reference)];
    TextTable table;
    std::vector<std::string> head{"arm",
                                  "n",
                                  "missing",
                                  endpoint.binary                             ? "responders"
                                  : analysis.method == AnalysisMethod::ancova ? "adjusted mean"
                                                                              : "mean",
                                  endpoint.binary ? "difference, %" : "difference",
                                  level_words(analysis.alpha)};
    if (endpoint.ln) head.push_back("ratio of geometric means");
    head.push_back("p");
    table.add_row(head);

    const auto other = std::find_if(result.effect.begin(), result.effect.end(),
                                    [](const Effect& effect) { return effect.estimable(); });
    for (std::size_t arm = 0; arm < plan.arms.size(); ++arm) {
        const Effect& effect = result.effect[arm];
        if (static_cast<int>(arm) == analysis.reference) {
            const bool known = other != result.effect.end();
            table.add_row({plan.arms[arm], known ? count(other->n_reference) : "-", count(result.n_missing[arm]),
                           known ? arm_value(endpoint, other->value_reference, other->n_reference, other->standard_error) : "-",
                           "reference"});
            continue;
        }
        std::vector<std::string> row{plan.arms[arm], count(effect.n_arm), count(result.n_missing[arm])};
        if (effect.estimable()) {
            row.push_back(arm_value(endpoint, effect.value_arm, effect.n_arm, effect.standard_error));
            add_effect_cells(endpoint, effect, row);
        } else {
            row.push_back("-");
            row.push_back(effect.reason);
        }
        table.add_row(row);
    }
    std::string text = "\n" + analysis.id + ": " + endpoint_words(endpoint) + "\n  " + analysis.words() +
                       "; each arm minus " + reference + "\n" + table.text("  ");
    if (!result.aliased.empty())
        text += "  left out, because they say nothing new: " + join(result.aliased, ", ") + "\n";
    return text;
}

std::string plus_minus(const Simulated& simulated, double error_scale) {
    if (std::isnan(simulated.value)) return "-";
    const double error = simulated.error > 0 ? simulated.error : error_scale;
    return known_to(simulated.value, error) + " +- " + known_to(simulated.error, error);
}

bool asks_for(const TrialStudy& study, const std::string& word) {
    const auto& words = study.operating_characteristics->report;
    return std::find(words.begin(), words.end(), word) != words.end();
}

void add_characteristic(const ReportInput& input, const OperatingCharacteristic& found, TextTable& table) {
    const double scale = 1 / static_cast<double>(std::max<std::int64_t>(found.trials, 1));
    std::vector<std::string> row{input.plan.analyses[found.analysis].id + ", " + input.plan.arms[found.arm]};
    if (asks_for(input.study, "power")) {
        row.push_back(plus_minus(found.power, scale));
        if (input.study.operating_characteristics->mode == "bank")
            row.push_back(known_to(found.power_bank_error, scale));
    }
    if (asks_for(input.study, "type1")) row.push_back(plus_minus(found.type1, scale));
    if (asks_for(input.study, "bias")) {
        row.push_back(known_to(found.truth.difference, found.bias.error));
        row.push_back(plus_minus(found.mean_estimate, 0));
        row.push_back(plus_minus(found.bias, 0));
    }
    if (asks_for(input.study, "coverage")) row.push_back(plus_minus(found.coverage, scale));
    table.add_row(row);
}

std::string characteristics_text(const ReportInput& input) {
    if (input.operating.empty()) return "";
    const bool from_bank = input.study.operating_characteristics->mode == "bank";
    TextTable table;
    std::vector<std::string> head{""};
    if (asks_for(input.study, "power")) {
        head.push_back("power");
        if (from_bank) head.push_back("bank's error");
    }
    if (asks_for(input.study, "type1")) head.push_back("type I error");
    if (asks_for(input.study, "bias")) head.insert(head.end(), {"true difference", "mean estimate", "bias"});
    if (asks_for(input.study, "coverage")) head.push_back("coverage");
    table.add_row(head);
    for (const OperatingCharacteristic& found : input.operating) add_characteristic(input, found, table);

    std::string text = "\nOver " + counted(input.operating.front().trials, "trial") +
                       (from_bank ? " drawn from these " + count(n_twins(input)) + " twins" : ", each of new people") +
                       " (+- Monte Carlo standard error)\n" + table.text("  ");
    for (const OperatingCharacteristic& found : input.operating) {
        const std::string name = input.plan.analyses[found.analysis].id + ", " + input.plan.arms[found.arm];
        if (found.not_estimable > 0)
            text += "  " + name + ": " + counted(found.not_estimable, "trial") + " could not be analysed and " +
                    (found.not_estimable == 1 ? "is" : "are") + " left out\n";
        if (asks_for(input.study, "type1") && std::isnan(found.type1.value))
            text += "  " + name + ": no type I error, because no trial could be analysed when everybody was on " +
                    input.plan.arms[static_cast<std::size_t>(input.plan.control)] +
                    " (do their values differ at all?)\n";
        if (found.missing > 0)
            text += "  " + name + ": " + known_to(100 * found.missing, 0) + " % of participants had no value\n";
    }
    return text;
}

std::string notes_text(const ReportInput& input) {
    std::string text;
    const bool crowded = input.result && static_cast<std::int64_t>(input.result->members.size()) > n_twins(input);
    if (crowded)
        text +=
            "NOTE: a trial needs more people than there are eligible twins, so twins took part more than once: "
            "intervals "
            "and p-values are too small. Enrol more.\n";
    const auto& repeated = input.study.operating_characteristics;
    const bool from_few = input.result && repeated && repeated->mode == "bank" && !crowded &&
                          2 * static_cast<std::int64_t>(input.result->members.size()) > n_twins(input);
    if (from_few)
        text +=
            "NOTE: every trial takes more than half of the eligible twins, so power, bias and coverage are about these "
            "very "
            "people and less about others like them. Enrol more.\n";
    for (const std::string& note : input.bound.notes) text += "NOTE: " + note + "\n";
    return text.empty() ? "" : "\n" + text;
}

}  // namespace

std::string report_text(const ReportInput& input) {
    std::string text = failed_audit(input) + first_lines(input) + passed_audit(input) + input.study.name +
                       (input.study.title.empty() ? "" : ": " + input.study.title) + "\n\n" + participants(input);
    if (input.result) {
        for (std::size_t index = 0; index < input.plan.analyses.size(); ++index) {
            text += analysis_text(input.plan, input.plan.analyses[index], input.result->analyses[index]);
        }
    }
    if (input.plan.analyses.empty() && !input.plan.endpoints.empty())
        text += description_text(input.plan, input.bank.described, n_twins(input));
    text += characteristics_text(input) + notes_text(input);
    return text + "\nSeed " + std::to_string(input.study.seed) + ", " + count(input.bank.steps) + " solver steps, " +
           with_decimals(input.seconds, 1) + " s. Results: " + input.output + "\n";
}

}  // namespace kohort::trial
