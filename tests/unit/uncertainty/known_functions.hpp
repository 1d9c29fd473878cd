// Functions of the unit cube whose indices are known exactly.
#pragma once

#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace kohort::uncertainty {

using Point = std::vector<double>;

struct KnownFunction {
    std::string name;
    std::function<double(const Point&)> value;
    double low = 0.0;  // a range that holds all values
    double high = 0.0;
    double variance = 0.0;
    std::vector<double> first;  // (inputs)
    std::vector<double> total;  // (inputs)
};

/// Ishigami and Homma 1990: sin x1 + 7 sin^2 x2 + b x3^4 sin x1 on (-pi, pi)^3.
inline double ishigami(const Point& u, double b = 0.1) {
    const auto x = [&](std::size_t input) { return std::numbers::pi * (2 * u[input] - 1); };
    const double s = std::sin(x(1));
    return std::sin(x(0)) * (1 + b * std::pow(x(2), 4)) + 7 * s * s;
}

inline KnownFunction known_ishigami() {
    return {"Ishigami",
            [](const Point& u) { return ishigami(u); },
            -12,
            20,
            13.8445879407193,
            {0.313905191147811, 0.442411144790041, 0},
            {0.557588855209959, 0.442411144790041, 0.243683664062148}};
}

/// Product of functions of one input each with mean 1 and variance v: V = prod(1 + v) - 1.
inline void set_product_indices(KnownFunction& function, const std::vector<double>& v) {
    double product = 1;
    for (const double each : v) product *= 1 + each;
    function.variance = product - 1;
    for (const double each : v) {
        function.first.push_back(each / function.variance);
        function.total.push_back(each * product / (1 + each) / function.variance);
    }
}

/// Sobol's G with the exponent of Saltelli et al. 2010 (G*, shifts 0); exponent 1 and a >= 0 gives G itself.
inline KnownFunction known_g(std::vector<double> a, double exponent = 1) {
    KnownFunction function{"G*", {}, 0, 1, 0, {}, {}};
    std::vector<double> v;
    for (const double each : a) {
        function.high *= (1 + exponent + each) / (1 + each);
        v.push_back(exponent * exponent / ((1 + 2 * exponent) * (1 + each) * (1 + each)));
    }
    set_product_indices(function, v);
    function.value = [a = std::move(a), exponent](const Point& u) {
        double product = 1;
        for (std::size_t input = 0; input < a.size(); ++input) {
            product *= ((1 + exponent) * std::pow(std::abs(2 * u[input] - 1), exponent) + a[input]) / (1 + a[input]);
        }
        return product;
    };
    return function;
}

/// Bratley, Fox, Niederreiter 1992: sum over m of (-1)^m x1 ... xm, for four inputs.
inline KnownFunction known_bratley() {
    return {"Bratley",
            [](const Point& u) {
                double sum = 0;
                double product = 1;
                for (const double x : u) {
                    product *= -x;
                    sum += product;
                }
                return sum;
            },
            -1,
            1,
            0.0535783179012346,
            {0.607560756076, 0.218721872187, 0.024302430243, 0.024302430243},
            {0.705670567057, 0.316831683168, 0.0576057605761, 0.0576057605761}};
}

/// Morris, Moore, McKay 2006 (Journal of Statistical Planning and Inference 136:3203-3220), with ten active inputs of twelve.
inline KnownFunction known_morris() {
    KnownFunction function{"Morris 2006", {}, -25, 60, 10.5, {}, {}};
    function.first.assign(12, 0.0);
    function.total.assign(12, 0.0);
    for (std::size_t input = 0; input < 10; ++input) {
        function.first[input] = 1 / 10.5;
        function.total[input] = 1.1 / 10.5;
    }
    function.value = [](const Point& u) {
        double sum = 0;
        double squares = 0;
        for (std::size_t input = 0; input < 10; ++input) {
            sum += u[input];
            squares += u[input] * u[input];
        }
        return -2.22799817316533 * sum + 1.26491106406735 * (sum * sum - squares) / 2;
    };
    return function;
}

}  // namespace kohort::uncertainty
