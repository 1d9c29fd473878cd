#include "trial/description.hpp"

#include "base/text_table.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace kohort::trial {
namespace {

double mean_of(std::span<const double> values) {
    double sum = 0.0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

/// NaN for fewer than two.
double deviation_of(std::span<const double> values, double mean) {
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return values.size() < 2 ? std::nan("") : std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double median_of(std::span<const double> ascending) {
    const std::size_t half = ascending.size() / 2;
    return ascending.size() % 2 == 1 ? ascending[half] : (ascending[half - 1] + ascending[half]) / 2.0;
}

void add_numbers(const Described& described, std::vector<std::string>& row) {
    const double error = described.deviation / 10.0;  // as many decimals as show a tenth of the spread
    row.push_back(known_to(described.mean, error));
    row.push_back(known_to(described.deviation, error));
    row.push_back(known_to(described.median, error));
    row.push_back(known_to(described.least, error) + " to " + known_to(described.greatest, error));
}

}  // namespace

Described describe_values(std::vector<double> values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const double mean = mean_of(values);
    return {.n = std::ssize(values),
            .responders = std::count(values.begin(), values.end(), 1.0),
            .mean = mean,
            .deviation = deviation_of(values, mean),
            .median = median_of(values),
            .least = values.front(),
            .greatest = values.back()};
}

std::string description_text(const TrialPlan& plan, std::span<const Described> described, std::int64_t n_twins) {
    TextTable table;
    table.add_row({"", "n", "mean", "sd", "median", "range"});
    for (std::size_t endpoint = 0; endpoint < plan.endpoints.size(); ++endpoint) {
        const EndpointPlan& what = plan.endpoints[endpoint];
        for (std::size_t arm = 0; arm < plan.arms.size(); ++arm) {
            const Described& values = described[endpoint * plan.arms.size() + arm];
            std::vector<std::string> row{what.id + (what.unit.empty() ? "" : " [" + what.unit + "]") + ", " + plan.arms[arm],
                                         std::to_string(values.n)};
            if (values.n == 0)
                row.push_back("-");
            else if (what.binary)
                row.push_back(std::to_string(values.responders) + "/" + std::to_string(values.n) + " responders");
            else
                add_numbers(values, row);
            table.add_row(row);
        }
    }
    const std::string more = plan.only_outcomes && plan.endpoints.size() == most_described
                                 ? "  More outcomes than these may be in the results.\n"
                                 : "";
    return "\nMeasured in " + (n_twins == 1 ? std::string("this twin") : "these " + std::to_string(n_twins) + " twins") +
           "\n" + table.text("  ") + more;
}

}  // namespace kohort::trial
