// Gaussian copula: turns independent standard normal scores of attributes into correlated ones.
#pragma once

#include "cohort/description.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace kohort::cohort {

/// The rows of the Cholesky factors of the attributes' correlation matrix, without its zeros. An attribute depends only on
/// itself and on correlated attributes before it, so that adding one at the end leaves the others as they are.
class ScoreMixer {
public:
    /// No correlations among n attributes.
    explicit ScoreMixer(std::size_t n_attributes = 0) : rows_(n_attributes) {}
    ScoreMixer(std::size_t n_attributes, std::span<const Correlation> correlations,
               const std::function<std::size_t(const std::string& name, const Place& place)>& index_of);

    /// The correlated score of one attribute from independent ones: independent(k) is asked for k <= attribute only.
    template <class Independent>
    [[nodiscard]] double score(std::size_t attribute, const Independent& independent) const {
        const auto& row = rows_[attribute];
        if (row.empty()) return independent(attribute);
        double sum = 0.0;
        for (const Term& term : row) sum += term.weight * independent(term.attribute);
        return sum;
    }

private:
    struct Term {
        std::size_t attribute;
        double weight;
    };
    std::vector<std::vector<Term>> rows_;  // (n_attributes) empty for an attribute without correlations
};

}  // namespace kohort::cohort
