#include "uncertainty/polynomial_basis.hpp"

#include "base/errors.hpp"
#include "base/random.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace kohort::uncertainty {

namespace {

/// Calls take(exponents, smallest degree that has it) for every term.
void for_each_term(int inputs, int degree, double q, const std::function<bool(const std::vector<int>&, int)>& take) {
    std::vector<int> exponents(static_cast<std::size_t>(inputs), 0);
    const double most = std::pow(degree, q) * (1 + 1e-12);
    const std::function<bool(int, double)> choose = [&](int input, double used) {
        if (input == inputs) {
            const int least = static_cast<int>(std::ceil(std::pow(used, 1 / q) - 1e-9));
            return take(exponents, least);
        }
        int& exponent = exponents[static_cast<std::size_t>(input)];
        for (exponent = 0; exponent <= degree; ++exponent) {
            const double now = used + (exponent == 0 ? 0.0 : std::pow(exponent, q));
            if (now > most) break;
            if (!choose(input + 1, now)) return false;
        }
        exponent = 0;
        return true;
    };
    choose(0, 0.0);
}

/// Orthonormal on (-1, 1) with density 1/2: sqrt(2k + 1) P_k
void legendre(double x, std::span<double> values) {
    double before = 0;
    double now = 1;
    for (std::size_t k = 0; k < values.size(); ++k) {
        values[k] = std::sqrt(2 * static_cast<double>(k) + 1) * now;
        const auto n = static_cast<double>(k);
        before = std::exchange(now, ((2 * n + 1) * x * now - n * before) / (n + 1));
    }
}

/// Orthonormal under the standard normal: He_k / sqrt(k!)
void hermite(double z, std::span<double> values) {
    double before = 0;
    double now = 1;
    for (std::size_t k = 0; k < values.size(); ++k) {
        values[k] = now;
        const auto n = static_cast<double>(k);
        before = std::exchange(now, (z * now - std::sqrt(n) * before) / std::sqrt(n + 1));
    }
}

}  // namespace

std::size_t PolynomialBasis::n_terms(int inputs, int degree, double hyperbolic, std::size_t most) {
    std::size_t count = 0;
    for_each_term(inputs, degree, hyperbolic, [&](const std::vector<int>&, int) { return ++count <= most; });
    return count;
}

PolynomialBasis::PolynomialBasis(Options options) : options_(std::move(options)) {
    KOHORT_CHECK(inputs() >= 1 && options_.degree >= 1 && options_.hyperbolic > 0 && options_.hyperbolic <= 1);
    std::vector<std::pair<int, std::vector<int>>> terms;
    for_each_term(inputs(), options_.degree, options_.hyperbolic, [&](const std::vector<int>& exponents, int least) {
        terms.emplace_back(least, exponents);
        return true;
    });
    std::stable_sort(terms.begin(), terms.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    size_of_degree_.assign(static_cast<std::size_t>(options_.degree) + 1, 0);
    for (auto& [least, exponents] : terms) {
        exponents_.push_back(std::move(exponents));
        for (std::size_t degree = static_cast<std::size_t>(least); degree < size_of_degree_.size(); ++degree)
            ++size_of_degree_[degree];
    }
}

void PolynomialBasis::evaluate(std::span<const double> coordinates, std::span<double> values) const {
    const auto powers = static_cast<std::size_t>(options_.degree) + 1;
    std::vector<double> single(powers * options_.germs.size());  // (inputs, powers)
    for (std::size_t input = 0; input < options_.germs.size(); ++input) {
        const std::span<double> own = std::span(single).subspan(input * powers, powers);
        if (options_.germs[input] == Germ::uniform)
            legendre(2 * coordinates[input] - 1, own);
        else
            hermite(normal_quantile(coordinates[input]), own);
    }
    for (std::size_t term = 0; term < exponents_.size(); ++term) {
        double product = 1;
        for (std::size_t input = 0; input < options_.germs.size(); ++input) {
            const int exponent = exponents_[term][input];
            if (exponent > 0) product *= single[input * powers + static_cast<std::size_t>(exponent)];
        }
        values[term] = product;
    }
}

}  // namespace kohort::uncertainty
