#include "cohort/correlation.hpp"

#include "base/text.hpp"
#include "base/units.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace kohort::cohort {

namespace {

using Pair = std::pair<std::size_t, std::size_t>;  // smaller index first

double checked_rho(const Correlation& correlation) {
    const double rho = value_in(correlation.rho, "1");
    if (rho > -1.0 && rho < 1.0) return rho;
    throw InputError(correlation.rho.place,
                     "the correlation " + shortest(rho) + " of '" + correlation.first + "' and '" + correlation.second +
                         "' is not between -1 and 1",
                     "give a value strictly between");
}

/// Sets of attributes that are correlated, directly or through others; each ascending.
std::vector<std::vector<std::size_t>> groups_of(std::size_t n_attributes, const std::map<Pair, double>& rho) {
    std::vector<std::size_t> group(n_attributes);
    for (std::size_t attribute = 0; attribute < n_attributes; ++attribute) group[attribute] = attribute;
    for (const auto& [pair, value] : rho) {
        const std::size_t kept = std::min(group[pair.first], group[pair.second]);
        const std::size_t merged = std::max(group[pair.first], group[pair.second]);
        std::replace(group.begin(), group.end(), merged, kept);
    }
    std::map<std::size_t, std::vector<std::size_t>> members;
    for (std::size_t attribute = 0; attribute < n_attributes; ++attribute)
        members[group[attribute]].push_back(attribute);
    std::vector<std::vector<std::size_t>> groups;
    for (auto& [first, group_members] : members) {
        if (group_members.size() > 1) groups.push_back(std::move(group_members));
    }
    return groups;
}

Eigen::MatrixXd matrix_of(const std::vector<std::size_t>& group, const std::map<Pair, double>& rho) {
    const auto n = static_cast<Eigen::Index>(group.size());
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(n, n);
    for (Eigen::Index row = 0; row < n; ++row) {
        for (Eigen::Index column = 0; column < row; ++column) {
            const auto found = rho.find({group[static_cast<std::size_t>(column)], group[static_cast<std::size_t>(row)]});
            if (found != rho.end()) matrix(row, column) = matrix(column, row) = found->second;
        }
    }
    return matrix;
}

/// With smallest eigenvalue e < 0, multiplying every correlation by f gives f e + 1 - f, positive for f < 1 / (1 - e).
[[noreturn]] void refuse_matrix(double smallest, std::span<const Correlation> correlations,
                                const std::vector<std::string>& names) {
    const double factor = std::floor(1000.0 / (1.0 - smallest) - 1e-9) / 1000.0;
    std::string scaled;
    for (const Correlation& correlation : correlations) {
        const bool involved = std::find(names.begin(), names.end(), correlation.first) != names.end();
        if (!involved) continue;
        const double rho = value_in(correlation.rho, "1") * factor;
        scaled += (scaled.empty() ? "" : ", ") + correlation.first + "~" + correlation.second + ": " +
                  shortest(std::trunc(rho * 1000.0) / 1000.0);
    }
    throw InputError(correlations.front().place,
                     "these correlations cannot hold together: the matrix of '" + join(names, "', '") +
                         "' is not positive definite (smallest eigenvalue " +
                         shortest(std::round(smallest * 1e6) / 1e6) + ")",
                     "pairs that are not named have correlation 0: name them, or weaken all by the factor " +
                         shortest(factor) + ": " + scaled);
}

}  // namespace

ScoreMixer::ScoreMixer(std::size_t n_attributes, std::span<const Correlation> correlations,
                       const std::function<std::size_t(const std::string&, const Place&)>& index_of)
    : rows_(n_attributes) {
    std::map<Pair, double> rho;
    std::map<std::size_t, std::string> name;
    for (const Correlation& correlation : correlations) {
        const std::size_t first = index_of(correlation.first, correlation.place);
        const std::size_t second = index_of(correlation.second, correlation.place);
        if (first == second)
            throw InputError(correlation.place, "'" + correlation.first + "' is correlated with itself",
                             "name two attributes");
        const bool is_new = rho.emplace(std::minmax(first, second), checked_rho(correlation)).second;
        if (!is_new) {
            throw InputError(
                correlation.place,
                "the correlation of '" + correlation.first + "' and '" + correlation.second + "' is given twice",
                "keep one");
        }
        name[first] = correlation.first;
        name[second] = correlation.second;
    }
    for (const auto& group : groups_of(n_attributes, rho)) {
        const Eigen::MatrixXd matrix = matrix_of(group, rho);
        const double smallest = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(matrix, Eigen::EigenvaluesOnly).eigenvalues()(0);
        if (!(smallest > 1e-10)) {
            std::vector<std::string> names;
            for (const std::size_t attribute : group) names.push_back(name[attribute]);
            refuse_matrix(smallest, correlations, names);
        }
        const Eigen::MatrixXd lower = matrix.llt().matrixL();
        for (std::size_t row = 0; row < group.size(); ++row) {
            for (std::size_t column = 0; column <= row; ++column) {
                const double weight = lower(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column));
                if (weight != 0.0) rows_[group[row]].push_back({group[column], weight});
            }
        }
    }
}

}  // namespace kohort::cohort
