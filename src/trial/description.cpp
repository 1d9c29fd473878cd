#include "trial/description.hpp"

#include "base/text_table.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace kohort::trial {
namespace {

/// The values that are there, smallest first.
std::vector<double> sorted(std::span<const double> values) {
    std::vector<double> there;
    std::copy_if(values.begin(), values.end(), std::back_inserter(there), [](double value) { return !std::isnan(value); });
    std::sort(there.begin(), there.end());
    return there;
}

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

void add_numbers(std::span<const double> ascending, std::vector<std::string>& row) {
    const double mean = mean_of(ascending);
    const double deviation = deviation_of(ascending, mean);
    const double error = deviation / 10.0;  // as many decimals as show a tenth of the spread
    row.push_back(known_to(mean, error));
    row.push_back(known_to(deviation, error));
    row.push_back(known_to(median_of(ascending), error));
    row.push_back(known_to(ascending.front(), error) + " to " + known_to(ascending.back(), error));
}

std::string responders(std::span<const double> values) {
    const auto n = std::count(values.begin(), values.end(), 1.0);
    return std::to_string(n) + "/" + std::to_string(values.size()) + " responders";
}

}  // namespace

std::string description_text(const TrialPlan& plan, const EndpointTable& endpoints) {
    TextTable table;
    table.add_row({"", "n", "mean", "sd", "median", "range"});
    for (std::size_t endpoint = 0; endpoint < plan.endpoints.size(); ++endpoint) {
        const EndpointPlan& what = plan.endpoints[endpoint];
        for (std::size_t arm = 0; arm < plan.arms.size(); ++arm) {
            const std::vector<double> values = sorted(endpoints.values(endpoint, arm));
            std::vector<std::string> row{what.id + (what.unit.empty() ? "" : " [" + what.unit + "]") + ", " + plan.arms[arm],
                                         std::to_string(values.size())};
            if (values.empty())
                row.push_back("-");
            else if (what.binary)
                row.push_back(responders(values));
            else
                add_numbers(values, row);
            table.add_row(row);
        }
    }
    const std::string more = plan.only_outcomes && plan.endpoints.size() == most_described
                                 ? "  More outcomes than these may be in the results.\n"
                                 : "";
    return "\nMeasured in " +
           (endpoints.n_twins == 1 ? std::string("this twin")
                                   : "these " + std::to_string(endpoints.n_twins) + " twins") +
           "\n" + table.text("  ") + more;
}

}  // namespace kohort::trial
