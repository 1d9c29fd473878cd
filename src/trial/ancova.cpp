#include "trial/ancova.hpp"

#include "base/errors.hpp"
#include "trial/student.hpp"

#include <Eigen/QR>

#include <cmath>

namespace kohort::trial {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// A column this close to the span of others, relative to its own length, is taken to lie in it (as in R's lm).
constexpr double dependence_tolerance = 1e-7;

// Columns have unit length: intercept, covariates (centred), arms. Centring makes the intercept the reference arm's adjusted mean.
struct Design {
    MatrixXd x;                     // (n_participants, n_columns)
    std::vector<double> length;     // (n_columns) by which each was divided
    std::vector<std::string> name;  // (n_columns) of covariates
    std::vector<int> arm;           // (n_columns) whose contrast it is, or -1
    std::vector<std::string> aliased;
    bool confounded = false;  // an arm lies in the span of the covariates and other arms

    void append(const VectorXd& column, std::string column_name, int column_arm) {
        const double norm = column.norm();
        x.conservativeResize(column.size(), x.cols() + 1);
        x.col(x.cols() - 1) = column / norm;
        length.push_back(norm);
        name.push_back(std::move(column_name));
        arm.push_back(column_arm);
    }
    [[nodiscard]] Design only(const std::vector<Index>& columns) const {
        Design kept;
        kept.aliased = aliased;
        kept.x = x(Eigen::all, columns);
        for (const Index column : columns) {
            const auto at = static_cast<std::size_t>(column);
            kept.length.push_back(length[at]);
            kept.name.push_back(name[at]);
            kept.arm.push_back(arm[at]);
        }
        return kept;
    }
};

void append_covariate(Design& design, const VectorXd& value, const std::string& name) {
    const double size = value.cwiseAbs().maxCoeff();
    const VectorXd centred = value.array() - value.mean();
    if (!(centred.cwiseAbs().maxCoeff() > 1e-12 * size)) {
        design.aliased.push_back(name);
        return;
    }
    design.append(centred, name, -1);
}

VectorXd indicator(std::span<const double> value, std::size_t level) {
    VectorXd column(std::ssize(value));
    for (std::size_t person = 0; person < value.size(); ++person) {
        column[static_cast<Index>(person)] = value[person] == static_cast<double>(level) ? 1.0 : 0.0;
    }
    return column;
}

Design design_of(const AncovaData& data, const std::vector<std::int64_t>& n_in_arm) {
    const Index n = std::ssize(data.value);
    Design design;
    design.x.resize(n, 0);
    design.append(VectorXd::Ones(n), "", -1);
    for (const Covariate& covariate : data.covariates) {
        if (covariate.levels.empty()) {
            append_covariate(design, Eigen::Map<const VectorXd>(covariate.value.data(), n), covariate.name);
        }
        for (std::size_t level = 1; level < covariate.levels.size(); ++level) {
            append_covariate(design, indicator(covariate.value, level), covariate.name + ": " + covariate.levels[level]);
        }
    }
    for (int arm = 0; arm < data.n_arms; ++arm) {
        if (arm == data.reference || n_in_arm[static_cast<std::size_t>(arm)] == 0) continue;
        VectorXd column(n);
        for (Index person = 0; person < n; ++person) {
            column[person] = data.arm[static_cast<std::size_t>(person)] == arm ? 1.0 : 0.0;
        }
        design.append(column, "", arm);
    }
    return design;
}

// The columns, in order, that do not lie in the span of the earlier ones; `skipped` is left out (-1: none).
std::vector<Index> independent_columns(const MatrixXd& x, Index skipped) {
    MatrixXd basis(x.rows(), 0);
    std::vector<Index> kept;
    for (Index column = 0; column < x.cols(); ++column) {
        if (column == skipped) continue;
        VectorXd rest = x.col(column);
        for (int pass = 0; pass < 2; ++pass)
            rest -= basis * (basis.transpose() * rest);  // twice is enough: Giraud et al. 2005
        if (rest.norm() <= dependence_tolerance) continue;
        basis.conservativeResize(Eigen::NoChange, basis.cols() + 1);
        basis.col(basis.cols() - 1) = rest.normalized();
        kept.push_back(column);
    }
    return kept;
}

// Leaves out dependent columns: covariates become aliased; an arm's effect that another column could stand in for is confounded.
Design without_dependent(const Design& design, std::vector<Effect>& effect) {
    const std::vector<Index> kept = independent_columns(design.x, -1);
    if (std::ssize(kept) == design.x.cols()) return design;
    std::vector<bool> is_kept(design.arm.size(), false);
    for (const Index column : kept) is_kept[static_cast<std::size_t>(column)] = true;
    Design result = design.only(kept);
    for (std::size_t column = 0; column < design.arm.size(); ++column) {
        const int arm = design.arm[column];
        if (arm < 0 && !is_kept[column]) result.aliased.push_back(design.name[column]);
        if (arm < 0) continue;
        const bool dependent = !is_kept[column] ||
                               independent_columns(design.x, static_cast<Index>(column)).size() == kept.size();
        if (!dependent) continue;
        effect[static_cast<std::size_t>(arm)].reason = "the arm cannot be told from the covariates";
        result.confounded = true;
    }
    return result;
}

void refuse_all(AncovaFit& fit, const char* reason) {
    for (Effect& effect : fit.effect) {
        if (effect.estimable()) effect.reason = reason;
    }
}

void fill_effect(Effect& effect, double estimate, double standard_error, double df, double alpha) {
    effect.estimate = estimate;
    effect.standard_error = standard_error;
    effect.df = df;
    effect.statistic = estimate / standard_error;
    effect.p_value = t_two_sided_p(effect.statistic, df);
    const double half_width = t_critical(alpha, df) * standard_error;
    effect.lower = estimate - half_width;
    effect.upper = estimate + half_width;
}

// Coefficients and the factor of their covariance, in the units of the data.
struct Solution {
    VectorXd coefficient;  // (n_columns)
    MatrixXd inverse;      // (n_columns, n_columns) inverse of X'X
    double residual_sd = 0;
};

Solution solve(const Design& design, const VectorXd& y, double df) {
    const Index n_columns = design.x.cols();
    const Eigen::ColPivHouseholderQR<MatrixXd> qr(design.x);
    Solution solution;
    solution.coefficient = qr.solve(y);
    solution.residual_sd = std::sqrt((y - design.x * solution.coefficient).squaredNorm() / df);
    const MatrixXd r_inverse = qr.matrixR()
                                   .topLeftCorner(n_columns, n_columns)
                                   .triangularView<Eigen::Upper>()
                                   .solve(MatrixXd::Identity(n_columns, n_columns));
    const MatrixXd root = qr.colsPermutation() * r_inverse;
    solution.inverse = root * root.transpose();
    const Eigen::Map<const VectorXd> length(design.length.data(), n_columns);
    solution.coefficient.array() /= length.array();
    const VectorXd scale = length.cwiseInverse();
    solution.inverse = scale.asDiagonal() * solution.inverse * scale.asDiagonal();
    return solution;
}

void report(const Design& design, const Solution& solution, int reference, double alpha, AncovaFit& fit) {
    const auto at = [](Index column) { return static_cast<std::size_t>(column); };
    const double variance = solution.residual_sd * solution.residual_sd;
    const auto set_mean = [&](int arm, double mean, double factor) {
        if (design.confounded) return;
        fit.adjusted_mean[at(arm)] = mean;
        fit.adjusted_mean_error[at(arm)] = std::sqrt(variance * factor);
    };
    const double intercept = solution.coefficient[0];
    const double intercept_factor = solution.inverse(0, 0);
    set_mean(reference, intercept, intercept_factor);
    for (Index column = 1; column < design.x.cols(); ++column) {
        const double estimate = solution.coefficient[column];
        const double factor = solution.inverse(column, column);
        const double error = std::sqrt(variance * factor);
        const int arm = design.arm[at(column)];
        if (arm < 0) {
            const double statistic = estimate / error;
            fit.covariates.push_back({design.name[at(column)], estimate, error, statistic, t_two_sided_p(statistic, fit.df)});
            continue;
        }
        Effect& effect = fit.effect[at(arm)];
        if (!effect.estimable()) continue;
        fill_effect(effect, estimate, error, fit.df, alpha);
        set_mean(arm, intercept + estimate, intercept_factor + factor + 2 * solution.inverse(0, column));
        effect.value_arm = fit.adjusted_mean[at(arm)];
        effect.value_reference = fit.adjusted_mean[at(reference)];
    }
}

}  // namespace

AncovaFit ancova(const AncovaData& data, double alpha) {
    KOHORT_CHECK(data.arm.size() == data.value.size());
    const auto n_arms = static_cast<std::size_t>(data.n_arms);
    const auto reference = static_cast<std::size_t>(data.reference);
    AncovaFit fit{.effect = std::vector<Effect>(n_arms),
                  .adjusted_mean = std::vector<double>(n_arms, Effect::none),
                  .adjusted_mean_error = std::vector<double>(n_arms, Effect::none)};
    std::vector<std::int64_t> n_in_arm(n_arms, 0);
    for (const int arm : data.arm) ++n_in_arm[static_cast<std::size_t>(arm)];
    for (std::size_t arm = 0; arm < n_arms; ++arm) {
        fit.effect[arm].n_arm = n_in_arm[arm];
        fit.effect[arm].n_reference = n_in_arm[reference];
        if (n_in_arm[arm] == 0) fit.effect[arm].reason = "no participants with values in the arm";
    }
    fit.effect[reference].reason = "the arm is the reference";
    if (n_in_arm[reference] == 0) {
        refuse_all(fit, "no participants with values in the reference arm");
        return fit;
    }
    const Design design = without_dependent(design_of(data, n_in_arm), fit.effect);
    fit.aliased = design.aliased;
    fit.df = static_cast<double>(std::ssize(data.value) - design.x.cols());
    if (fit.df < 1) {
        refuse_all(fit, "too few participants for the number of covariates");
        return fit;
    }
    const Eigen::Map<const VectorXd> y(data.value.data(), std::ssize(data.value));
    const Solution solution = solve(design, y, fit.df);
    fit.residual_sd = solution.residual_sd;
    if (!(solution.residual_sd > 1e-14 * y.cwiseAbs().maxCoeff())) {
        refuse_all(fit, "the values do not vary within the arms");
        return fit;
    }
    report(design, solution, data.reference, alpha, fit);
    return fit;
}

}  // namespace kohort::trial
