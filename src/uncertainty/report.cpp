#include "uncertainty/report.hpp"

#include "base/text.hpp"
#include "base/text_table.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kohort::uncertainty {

namespace {

std::string count(std::int64_t n) { return std::to_string(n); }

double value_at(const Field& field, std::size_t row, const Cells& cells, int cell) {
    return field.values[row * static_cast<std::size_t>(cells.count()) + static_cast<std::size_t>(cell)];
}

double moment(const ReportInput& input, const char* name, int cell) {
    const Field* field = find_field(input.findings, "moments", name);
    return field == nullptr ? std::nan("") : value_at(*field, 0, input.cells, cell);
}

std::string first_line(const ReportInput& input) {
    const RunCounts& counts = input.counts;
    if (counts.failed() == 0) return "All " + count(counts.runs()) + " runs of twins succeeded.\n\n";
    std::vector<std::string> kinds;
    std::string explanations;
    for (std::size_t status = 1; status < RunCounts::n_statuses; ++status) {
        const std::int64_t n = counts.by_status[status];
        if (n == 0) continue;
        const auto of = static_cast<TwinStatus>(status);
        kinds.push_back(count(n) + " " + words_of(of));
        explanations += std::string("  ") + words_of(of) + ": " + meaning_of(of) +
                        "\n    the first such run: kohort replay STUDY --twin " + count(counts.first_run[status]) + "\n";
    }
    return "FAILED: " + count(counts.failed()) + " of " + count(counts.runs()) + " runs (" + join(kinds, "; ") +
           "). Nothing below is made of them, nor of the runs that they would have been compared with.\n" +
           explanations + "\n";
}

std::string words_for_unit(const std::string& unit) { return unit.empty() || unit == "1" ? "" : " [" + unit + "]"; }

std::string what_it_is_like(const ReportInput& input, int cell) {
    const double sd = moment(input, "sd", cell);
    if (std::isnan(sd)) return "";
    std::string text = ": mean " + known_to(moment(input, "mean", cell), sd / 10) + ", sd " + known_to(sd, sd / 10);
    const Field* quantiles = find_field(input.findings, "quantiles", "value");
    if (quantiles == nullptr || quantiles->axes.front().size() < 2) return text;
    const std::vector<double>& p = quantiles->axes.front().values;
    return text + "; " + shortest(100 * p.front()) + " to " + shortest(100 * p.back()) +
           " %: " + known_to(value_at(*quantiles, 0, input.cells, cell), sd / 10) + " to " +
           known_to(value_at(*quantiles, p.size() - 1, input.cells, cell), sd / 10);
}

/// An estimate with its interval: shares to three decimals, others in as many digits as the interval knows.
std::vector<std::string> words_for(const Findings& findings, const ReportColumn& column, const Cells& cells,
                                   std::size_t group, int cell) {
    const auto number = [&](const std::string& name) {
        return value_at(*find_field(findings, findings.topic, name), group, cells, cell);
    };
    const bool is_share = find_field(findings, findings.topic, column.value)->unit == FieldUnit::none;
    const double value = number(column.value);
    const auto words = [&](double one, double error) { return is_share ? with_decimals(one, 3) : known_to(one, error); };
    if (column.low.empty()) return {words(value, std::abs(value) / 100)};
    const double low = number(column.low);
    const double high = number(column.high);
    const double error = (high - low) / 2;
    if (std::isnan(low)) return {words(value, std::abs(value) / 100), "-"};
    return {words(value, error), "(" + words(low, error) + " to " + words(high, error) + ")"};
}

std::string ranked_table(const ReportInput& input, int cell) {
    const Findings& findings = input.findings;
    if (findings.topic.empty()) return "";
    const Field& ranking = *find_field(findings, findings.topic, findings.columns.front().value);
    std::vector<std::size_t> order(input.study.groups.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto size = [&](std::size_t group) {
        const double value = value_at(ranking, group, input.cells, cell);
        return std::isnan(value) ? -1.0 : value;
    };
    if (std::all_of(order.begin(), order.end(), [&](std::size_t group) {
            return size(group) < 0 && std::isnan(value_at(ranking, group, input.cells, cell));
        }))
        return "  does not vary by more than solver error\n";
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t one, std::size_t other) { return size(one) > size(other); });
    TextTable table;
    std::vector<std::string> head{""};
    for (const ReportColumn& column : findings.columns) {
        head.push_back(column.title);
        if (!column.low.empty()) head.push_back(shortest(100 * input.study.analysis.level) + " % CI");
    }
    table.add_row(head);
    for (const std::size_t group : order) {
        std::vector<std::string> row{input.study.groups[group]};
        for (const ReportColumn& column : findings.columns) {
            for (std::string& word : words_for(findings, column, input.cells, group, cell))
                row.push_back(std::move(word));
        }
        table.add_row(std::move(row));
    }
    return table.text("  ");
}

/// Where the ranking column's variable varies most.
int widest_time(const ReportInput& input, int variable) {
    const bool has_moments = find_field(input.findings, "moments", "sd") != nullptr;
    int widest = input.cells.n_times() - 1;
    double largest = -1;
    for (int time = 0; time < input.cells.n_times(); ++time) {
        const int cell = input.cells.at(variable, time);
        double spread = has_moments ? moment(input, "sd", cell) : 0;
        if (!has_moments) {
            const Field& ranking = *find_field(input.findings, input.findings.topic, input.findings.columns.front().value);
            for (std::size_t group = 0; group < input.study.groups.size(); ++group)
                spread = std::max(spread, value_at(ranking, group, input.cells, cell));
        }
        if (spread > largest) {
            largest = spread;
            widest = time;
        }
    }
    return widest;
}

std::string left_out(const ReportInput& input, int cell, const std::string& name) {
    const Findings& findings = input.findings;
    const bool of_samples = find_field(findings, findings.topic, "out_of_range") != nullptr;
    const std::string topic = of_samples ? findings.topic : "moments";
    const Field* out = find_field(findings, topic, "out_of_range");
    if (out == nullptr || value_at(*out, 0, input.cells, cell) == 0) return "";
    return "  NOTE: " + shortest(value_at(*out, 0, input.cells, cell)) + (of_samples ? " base samples" : " runs") +
           " left out, because " + name + " left its range; declare a wider one under outputs\n";
}

std::string cell_text(const ReportInput& input, int cell, const std::string& name, const std::string& unit,
                      const std::string& when) {
    return "\n" + name + words_for_unit(unit) + when + what_it_is_like(input, cell) + "\n" + ranked_table(input, cell) +
           left_out(input, cell, name);
}

std::string size_text(const ReportInput& input) {
    const DesignChoice& design = input.study.design;
    std::string kind = "runs";
    if (design.kind != DesignKind::sample) kind = "base samples";
    if (design.kind == DesignKind::morris) kind = "trajectories";
    if (design.kind == DesignKind::rbd_fast) kind = "samples";
    if (design.kind == DesignKind::fast) kind = "points a curve";
    std::string text = count(std::ssize(input.study.inputs)) + " uncertain inputs";
    if (input.study.groups.size() < input.study.inputs.size())
        text += " in " + count(std::ssize(input.study.groups)) + " groups";
    text += "; " + count(design.n) + " " + kind;
    if (design.kind != DesignKind::morris && design.replicates > 1)
        text += " in " + count(design.replicates) + " replicates";
    return text + ", " + count(input.counts.runs()) + " runs\n";
}

}  // namespace

std::string report_text(const ReportInput& input) {
    const Cells& cells = input.cells;
    std::string text = first_line(input) + input.name + (input.title.empty() ? "" : ": " + input.title) + "\n\n" +
                       size_text(input);
    for (int variable = 0; variable < cells.n_variables(); ++variable) {
        std::vector<int> times = input.report_times;
        if (times.empty()) times.push_back(widest_time(input, variable));
        const auto at = static_cast<std::size_t>(variable);
        for (const int time : times) {
            const std::string when = " at " + shortest(cells.times[static_cast<std::size_t>(time)]) + " " + cells.time_unit;
            text += cell_text(input, cells.at(variable, time), cells.variables[at], cells.variable_units[at], when);
        }
    }
    for (int feature = 0; feature < cells.n_features(); ++feature) {
        const auto at = static_cast<std::size_t>(feature);
        text += cell_text(input, cells.feature(feature), cells.features[at], cells.feature_units[at], "");
    }
    if (input.counts.failed() > 0 && !input.findings.topic.empty())
        text += cell_text(input, cells.failure(), "failure of a run", "", "");
    for (const std::string& note : input.findings.notes) text += "\nNOTE: " + note + "\n";
    return text + "\nSeed " + std::to_string(input.seed) + ", " + count(input.counts.steps) + " solver steps, " +
           with_decimals(input.seconds, 1) + " s. Results: " + input.output + "\n";
}

}  // namespace kohort::uncertainty
