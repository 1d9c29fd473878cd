// Random expressions as text, for parser and derivative tests.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace kohort::model {

class RandomExpressions {
public:
    RandomExpressions(unsigned seed, std::vector<std::string> names) : random_(seed), names_(std::move(names)) {}

    std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
    double between(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

    /// Smooth and tame for names between 0.5 and 2: no poles, no kinks, values of ordinary size.
    std::string smooth(int depth) {
        if (depth == 0) return below(3) == 0 ? std::to_string(between(0.5, 2.0)) : names_[below(names_.size())];
        const std::string a = smooth(depth - 1);
        const std::string b = smooth(depth - 1);
        switch (below(22)) {
            case 0: return "(" + a + " + " + b + ")";
            case 1: return "(" + a + " - " + b + ")";
            case 2: return a + "*" + b;
            case 3: return "(" + a + ")/(1.5 + (" + b + ")^2)";
            case 4: return "-(" + a + ")";
            case 5: return "(" + a + ")^2";
            case 6: return "(1 + (" + a + ")^2)^1.7";
            case 7: return "(1.1 + abs(" + a + "))^tanh(" + b + ")";
            case 8: return "exp(tanh(" + a + "))";
            case 9: return "log(2 + (" + a + ")^2)";
            case 10: return "sqrt(1 + (" + a + ")^2)";
            case 11: return "sin(" + a + ")*cos(" + b + ")";
            case 12: return "tanh(" + a + ")";
            case 13: return "atan2(" + a + ", 3 + (" + b + ")^2)";
            case 14: return "erf(" + a + ") - erfc(" + b + ")";
            case 15: return "asin(0.9*tanh(" + a + ")) + acos(0.9*tanh(" + b + "))";
            case 16: return "asinh(" + a + ") + acosh(2 + (" + b + ")^2)";
            case 17: return "atanh(0.9*tanh(" + a + ")) + atan(" + b + ")";
            case 18: return "log1p((" + a + ")^2) + expm1(tanh(" + b + "))";
            case 19: return "log10(2 + (" + a + ")^2)*log2(2 + (" + b + ")^2)";
            case 20: return "cbrt(1 + (" + a + ")^2)*hypot(1, " + b + ")";
            default: return "sinh(tanh(" + a + "))*cosh(tanh(" + b + "))/(2 + tan(0.5*tanh(" + a + ")))";
        }
    }

private:
    std::mt19937 random_;
    std::vector<std::string> names_;
};

}  // namespace kohort::model
