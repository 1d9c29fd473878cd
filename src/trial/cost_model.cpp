#include "trial/cost_model.hpp"

#include "base/errors.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>

namespace kohort::trial {
namespace {

constexpr std::size_t twins_per_term = 3;  // fewer say nothing about a coefficient

}  // namespace

double CostModel::Term::standardised(double value) const {
    const double number = logarithmic ? std::log(std::max(value, 1e-300)) : value;
    const double deviation = (number - mean) / scale;
    return std::isfinite(deviation) ? std::clamp(deviation, -5.0, 5.0) : 0.0;
}

CostModel::CostModel(std::span<const double> attribute, std::span<const double> steps) {
    const std::size_t n_twins = steps.size();
    if (n_twins == 0) return;
    const std::size_t n_attributes = attribute.size() / n_twins;
    KOHORT_CHECK(attribute.size() == n_attributes * n_twins);
    const auto n = static_cast<double>(n_twins);
    for (std::size_t column = 0; column < n_attributes; ++column) {
        const auto value = [&](std::size_t twin) { return attribute[twin * n_attributes + column]; };
        Term term{.attribute = column, .logarithmic = true};
        for (std::size_t twin = 0; twin < n_twins; ++twin) term.logarithmic = term.logarithmic && value(twin) > 0.0;
        const auto number = [&](std::size_t twin) { return term.logarithmic ? std::log(value(twin)) : value(twin); };
        for (std::size_t twin = 0; twin < n_twins; ++twin) term.mean += number(twin) / n;
        double variance = 0.0;
        for (std::size_t twin = 0; twin < n_twins; ++twin) variance += std::pow(number(twin) - term.mean, 2) / n;
        term.scale = std::sqrt(variance);
        if (term.scale > 1e-12 * std::abs(term.mean)) terms_.push_back(term);
    }
    for (const double one : steps) mean_log_steps_ += std::log(std::max(one, 1.0)) / n;
    if (n_twins < twins_per_term * (terms_.size() + 1)) terms_.clear();
    if (terms_.empty()) return;

    Eigen::MatrixXd design(n_twins, terms_.size());
    Eigen::VectorXd response(n_twins);
    for (std::size_t twin = 0; twin < n_twins; ++twin) {
        const auto row = static_cast<Eigen::Index>(twin);
        response(row) = std::log(std::max(steps[twin], 1.0)) - mean_log_steps_;
        for (std::size_t term = 0; term < terms_.size(); ++term)
            design(row, static_cast<Eigen::Index>(term)) = terms_[term].standardised(
                attribute[twin * n_attributes + terms_[term].attribute]);
    }
    const Eigen::VectorXd coefficient = design.colPivHouseholderQr().solve(response);
    for (std::size_t term = 0; term < terms_.size(); ++term)
        terms_[term].coefficient = coefficient(static_cast<Eigen::Index>(term));
}

double CostModel::operator()(const cohort::Person& person) const {
    double log_steps = mean_log_steps_;
    for (const Term& term : terms_) log_steps += term.coefficient * term.standardised(person.value[term.attribute]);
    return std::exp(log_steps);
}

}  // namespace kohort::trial
