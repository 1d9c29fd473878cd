// Polynomials in many inputs that are orthonormal under the inputs' distribution: Legendre's of the share of the width for
// uniform inputs, Hermite's of the standard normal score for all others (Xiu and Karniadakis 2002,
// doi:10.1137/S1064827501387826; any distribution is a function of a normal score).
#pragma once

#include <span>
#include <vector>

namespace kohort::uncertainty {

enum class Germ { uniform, normal };

class PolynomialBasis {
public:
    struct Options {
        std::vector<Germ> germs;  // (inputs)
        int degree = 3;           // highest
        double hyperbolic = 1.0;  // 0 < q <= 1: terms whose degrees d have (sum d^q)^(1/q) <= degree; 1: all of total degree
    };
    /// Throws InputError-free: KOHORT_CHECKs its options; n_terms tells how large it would be.
    explicit PolynomialBasis(Options options);
    [[nodiscard]] static std::size_t n_terms(int inputs, int degree, double hyperbolic, std::size_t most);

    [[nodiscard]] int inputs() const { return static_cast<int>(options_.germs.size()); }
    [[nodiscard]] std::size_t size() const { return exponents_.size(); }
    /// (inputs) of a term. Terms are sorted by their largest (sum d^q)^(1/q), so that those of a lower degree come first.
    [[nodiscard]] const std::vector<int>& exponents(std::size_t term) const { return exponents_[term]; }
    /// Terms of degree at most d, which are the first ones.
    [[nodiscard]] std::size_t size_of_degree(int degree) const {
        return size_of_degree_[static_cast<std::size_t>(degree)];
    }
    [[nodiscard]] int degree() const { return options_.degree; }
    [[nodiscard]] Germ germ(int input) const { return options_.germs[static_cast<std::size_t>(input)]; }

    /// Values of all terms where the inputs stand at these probabilities. values: (size())
    void evaluate(std::span<const double> coordinates, std::span<double> values) const;

private:
    Options options_;
    std::vector<std::vector<int>> exponents_;  // (terms) (inputs)
    std::vector<std::size_t> size_of_degree_;  // (degree + 1)
};

}  // namespace kohort::uncertainty
