#include "cohort/margin.hpp"

#include "base/random.hpp"
#include "describe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

namespace kohort::cohort {
namespace {

using namespace tests;
using ::testing::HasSubstr;

std::unique_ptr<const Margin> margin(const Distribution& of) { return make_margin(of, measure_of(of, "").unit, ""); }

struct Moments {
    double mean;
    double variance;
};

/// Of the margin by the trapezoidal rule over scores, which converges exponentially where the margin is smooth.
Moments moments_of(const Margin& of) {
    constexpr double step = 0.004;
    double sum = 0.0;
    double squares = 0.0;
    for (int i = -2100; i <= 2100; ++i) {
        const double score = i * step;
        const double weight = step * std::exp(-score * score / 2) / std::sqrt(2 * std::numbers::pi);
        const double value = of.value(score);
        sum += weight * value;
        squares += weight * value * value;
    }
    return {sum, squares - sum * sum};
}

struct Case {
    const char* name;
    Distribution of;
    double mean;
    double variance;
    double fourth;  // central moment, for the standard error of the variance
};

void PrintTo(const Case& c, std::ostream* stream) { *stream << c.name; }

Distribution histogram() {
    Distribution of = distribution("histogram", {});
    of.edges = quantities({"0 year", "1 year", "3 year"});
    of.shares = quantities({"0.4", "60 %"});
    return of;
}

double power(double x, int exponent) { return std::pow(x, exponent); }

// closed forms: Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd edition, chapters 13, 14, 17, 25, 26
std::vector<Case> cases() {
    const double w = std::exp(0.09);  // log-normal, omega 0.3
    const double log_variance = 25 * w * (w - 1);
    const double log_fourth = power(5, 4) * w * w * power(w - 1, 2) * (power(w, 4) + 2 * power(w, 3) + 3 * w * w - 3);
    const double cv_w = 1 + 0.25 * 0.25;
    const double cv_fourth = power(70 / std::sqrt(cv_w), 4) * cv_w * cv_w * power(cv_w - 1, 2) *
                             (power(cv_w, 4) + 2 * power(cv_w, 3) + 3 * cv_w * cv_w - 3);
    // histogram: 0.4 on [0, 1], 0.6 on [1, 3]
    const double hist_mean = 0.4 * 0.5 + 0.6 * 2;
    const auto hist_raw = [](int k) { return 0.4 / (k + 1) + 0.6 * (power(3, k + 1) - 1) / (2.0 * (k + 1)); };
    const double hist_fourth = hist_raw(4) - 4 * hist_mean * hist_raw(3) + 6 * hist_mean * hist_mean * hist_raw(2) -
                               3 * power(hist_mean, 4);
    return {
        {"normal", distribution("normal", {{"mean", "170 cm"}, {"sd", "7 cm"}}), 170, 49, 3 * power(7, 4)},
        {"normal_cv", distribution("normal", {{"mean", "-50 mg"}, {"cv", "10 %"}}), -50, 25, 3 * power(5, 4)},
        {"lognormal_omega", distribution("lognormal", {{"median", "5 L/h"}, {"omega", "0.3"}}), 5 * std::sqrt(w),
         log_variance, log_fourth},
        {"lognormal_cv", distribution("lognormal", {{"mean", "70 kg"}, {"cv", "25 %"}}), 70, power(70 * 0.25, 2), cv_fourth},
        {"lognormal_sd", distribution("lognormal", {{"mean", "70 kg"}, {"sd", "17.5 kg"}}), 70, power(70 * 0.25, 2), cv_fourth},
        {"lognormal_low", distribution("lognormal", {{"mean", "80 kg"}, {"sd", "17.5 kg"}, {"low", "10 kg"}}), 80,
         power(70 * 0.25, 2), cv_fourth},
        {"lognormal_low_median", distribution("lognormal", {{"median", "6 L/h"}, {"omega", "0.3"}, {"low", "1 L/h"}}),
         1 + 5 * std::sqrt(w), log_variance, log_fourth},
        {"uniform", distribution("uniform", {{"low", "18 year"}, {"high", "80 year"}}), 49, 62.0 * 62 / 12, power(62, 4) / 80},
        {"triangular", distribution("triangular", {{"low", "0 h"}, {"mode", "1 h"}, {"high", "4 h"}}), 5.0 / 3,
         (0.0 + 1 + 16 - 0 - 4 - 0) / 18, 2.4 * power(13.0 / 18, 2)},
        {"beta", distribution("beta", {{"alpha", "2"}, {"beta", "3"}}), 0.4, 0.04, 0.0037714285714285714},
        {"beta_mean", distribution("beta", {{"mean", "40 %"}, {"sd", "20 %"}}), 40, 400, 377142.85714285716},
        {"beta_stretched", distribution("beta", {{"alpha", "2"}, {"beta", "3"}, {"low", "10 kg"}, {"high", "20 kg"}}),
         14, 4, 37.714285714285714},
        {"gamma", distribution("gamma", {{"shape", "2"}, {"scale", "3 year"}}), 6, 18, (3 + 6.0 / 2) * 18 * 18},
        {"gamma_mean", distribution("gamma", {{"mean", "7.5 year"}, {"sd", "5 year"}}), 7.5, 25, (3 + 6 / 2.25) * 625},
        {"histogram", histogram(), hist_mean, hist_raw(2) - hist_mean * hist_mean, hist_fourth},
        {"bernoulli", distribution("bernoulli", {{"p", "0.2"}}), 0.2, 0.16, 0.16 * (1 - 3 * 0.16)},
        {"categorical", categorical({{"a", "0.5"}, {"b", "0.3"}, {"c", "20 %"}}), 0.7, 0.61,
         0.5 * power(0.7, 4) + 0.3 * power(0.3, 4) + 0.2 * power(1.3, 4)},
    };
}

class Margins : public ::testing::TestWithParam<Case> {};

TEST_P(Margins, have_the_exact_mean_and_variance) {
    const Moments found = moments_of(*margin(GetParam().of));
    // the rule errs by half a step where levels jump, by its square where edges bend, else by rounding
    const bool jumps = !measure_of(GetParam().of, "").levels.empty();
    const bool bends = GetParam().of.kind == "histogram" || GetParam().of.kind == "triangular";
    const double tolerance = jumps ? 2e-3 : bends ? 4e-6 : 1e-9;
    EXPECT_NEAR(found.mean, GetParam().mean, tolerance * std::sqrt(GetParam().variance));
    EXPECT_NEAR(found.variance, GetParam().variance, tolerance * (GetParam().variance + std::abs(GetParam().mean)));
}

TEST_P(Margins, draws_are_within_four_standard_errors) {
    const auto cohort = make_cohort(Description().add("x", GetParam().of), 20261122);
    constexpr int n = 20'000;
    const std::vector<double> values = values_of(*cohort, 0, n);
    double mean = 0.0;
    for (const double value : values) mean += value / n;
    double variance = 0.0;
    for (const double value : values) variance += (value - mean) * (value - mean) / (n - 1);
    EXPECT_NEAR(mean, GetParam().mean, 4 * std::sqrt(GetParam().variance / n));
    EXPECT_NEAR(variance, GetParam().variance, 4 * std::sqrt((GetParam().fourth - power(GetParam().variance, 2)) / n));
}

TEST_P(Margins, rise_with_the_score) {
    const auto of = margin(GetParam().of);
    for (double z = -8.2; z < 8.2; z += 0.1) EXPECT_LE(of->value(z), of->value(z + 0.1)) << z;
    EXPECT_TRUE(std::isfinite(of->value(-8.21)));
    EXPECT_TRUE(std::isfinite(of->value(8.21)));
}

class NumericMargins : public ::testing::TestWithParam<Case> {};

TEST_P(NumericMargins, score_inverts_value) {
    const auto of = margin(GetParam().of);
    // a probability near 1 has lost digits that the score at 5 would need: 1e-16 over the density there, 1.5e-6, is 7e-11
    for (double z = -5; z < 5; z += 0.37) EXPECT_NEAR(of->score(of->value(z)), z, 1e-9) << z;
}

std::vector<Case> numeric_cases() {
    std::vector<Case> numeric = cases();
    std::erase_if(numeric, [](const Case& one) { return !measure_of(one.of, "").levels.empty(); });
    return numeric;
}

INSTANTIATE_TEST_SUITE_P(Cohort, NumericMargins, ::testing::ValuesIn(numeric_cases()),
                         [](const auto& one) { return one.param.name; });
INSTANTIATE_TEST_SUITE_P(Cohort, Margins, ::testing::ValuesIn(cases()), [](const auto& one) { return one.param.name; });

// facts on log-normal variability used in pharmacokinetics: omega, geometric CV, mean over median, P95 over P50
TEST(Margin, log_normals_agree_with_the_published_table) {
    struct Row {
        double omega, cv, mean_over_median, p95_over_p50;
    };
    for (const Row& row : {Row{0.2, 0.202017, 1.020201, 1.389537}, Row{0.3, 0.306878, 1.046028, 1.637967},
                           Row{0.5, 0.532940, 1.133148, 2.276017}}) {
        Distribution by_omega = distribution("lognormal", {{"median", "1"}});
        by_omega.numbers["omega"] = {row.omega, "1", {}};
        const auto of = margin(by_omega);
        EXPECT_NEAR(of->value(normal_quantile(0.95)) / of->value(0), row.p95_over_p50, 5e-7);
        const Moments found = moments_of(*of);
        EXPECT_NEAR(found.mean, row.mean_over_median, 5e-7);
        EXPECT_NEAR(std::sqrt(found.variance) / found.mean, row.cv, 5e-7);
        Distribution by_cv = distribution("lognormal", {{"median", "1"}});
        by_cv.numbers["cv"] = {row.cv, "1", {}};
        EXPECT_NEAR(std::log(margin(by_cv)->value(1)), row.omega, 1e-6);
    }
}

// quantiles from R 4 (qgamma(0.5, 2), qbeta(0.5, 2, 3))
TEST(Margin, medians_of_gamma_and_beta_are_those_of_r) {
    EXPECT_NEAR(margin(distribution("gamma", {{"shape", "2"}, {"scale", "1"}}))->value(0), 1.678346990016661, 1e-14);
    EXPECT_NEAR(margin(distribution("beta", {{"alpha", "2"}, {"beta", "3"}}))->value(0), 0.3857275681323, 1e-12);
}

// mean of a standard normal on [a, b]: (phi(a) - phi(b)) / (Phi(b) - Phi(a))
TEST(Margin, a_truncated_normal_has_the_exact_mean) {
    const auto density = [](double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); };
    for (const auto& [low, high] : {std::pair{-1.0, 2.0}, {0.5, 1.5}, {-3.0, -2.0}, {3.0, 4.0}, {7.0, 7.5}}) {
        Distribution of = distribution("normal", {{"mean", "0 kg"}, {"sd", "1 kg"}});
        of.numbers["min"] = {low, "kg", {}};
        of.numbers["max"] = {high, "kg", {}};
        const double mass = low > 0 ? normal_cdf(-low) - normal_cdf(-high) : normal_cdf(high) - normal_cdf(low);
        const auto cut = margin(of);
        EXPECT_NEAR(moments_of(*cut).mean, (density(low) - density(high)) / mass, 1e-9) << low;
        EXPECT_GE(cut->value(-8.2), low);
        EXPECT_LE(cut->value(8.2), high);
    }
}

TEST(Margin, truncation_is_a_mirror_image_on_the_other_side) {
    const auto upper = margin(distribution("normal", {{"mean", "0"}, {"sd", "1"}, {"min", "2"}}));
    const auto lower = margin(distribution("normal", {{"mean", "0"}, {"sd", "1"}, {"max", "-2"}}));
    for (double z = -6; z < 6; z += 0.5) EXPECT_EQ(upper->value(z), -lower->value(-z));
}

TEST(Margin, truncation_far_in_a_tail_keeps_its_digits) {
    // beyond 30 sd the excess is exponential with rate 30 to first order: median 30 + ln 2 / 30 (1 - O(1/900))
    const auto far = margin(distribution("normal", {{"mean", "0"}, {"sd", "1"}, {"min", "30"}}));
    EXPECT_NEAR(far->value(0), 30 + std::numbers::ln2 / 30, 1e-4);
    EXPECT_LT(far->value(0), far->value(0.001));
}

TEST(Margin, truncated_gamma_keeps_the_shape_inside) {
    // exponential with mean 1 (gamma, shape 1) on [1, 2]: median -ln((e^-1 + e^-2) / 2)
    const auto cut = margin(distribution("gamma", {{"shape", "1"}, {"scale", "1"}, {"min", "1"}, {"max", "2"}}));
    EXPECT_NEAR(cut->value(0), -std::log((std::exp(-1) + std::exp(-2)) / 2), 1e-14);
}

TEST(Margin, no_spread_is_a_constant) {
    EXPECT_EQ(margin(distribution("lognormal", {{"median", "5 L/h"}, {"omega", "0"}}))->value(3), 5);
    EXPECT_EQ(margin(distribution("normal", {{"mean", "5"}, {"sd", "0"}, {"min", "5"}, {"max", "6"}}))->value(3), 5);
}

TEST(Margin, numbers_are_converted_to_the_attributes_unit) {
    const auto of = make_margin(distribution("normal", {{"mean", "170 cm"}, {"sd", "70 mm"}}), "m", "");
    EXPECT_DOUBLE_EQ(of->value(1), 1.77);
    const auto warm = make_margin(distribution("normal", {{"mean", "37 degC"}, {"sd", "0.5 degC"}}), "K", "");
    EXPECT_DOUBLE_EQ(warm->value(2), 311.15);
}

struct Refused {
    Distribution of;
    const char* reason;
};

void PrintTo(const Refused& refused, std::ostream* stream) { *stream << refused.reason; }

class RefusedDistributions : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedDistributions, say_where_and_why) {
    const std::string message = message_of([] { (void)margin(GetParam().of); });
    EXPECT_THAT(message, HasSubstr("cohort.yaml:7:5: "));
    EXPECT_THAT(message, HasSubstr(GetParam().reason));
}

Distribution bad_histogram(std::initializer_list<const char*> edges, std::initializer_list<const char*> shares) {
    Distribution of = distribution("histogram", {}, 7);
    of.edges = quantities(edges, 7);
    of.shares = quantities(shares, 7);
    return of;
}

INSTANTIATE_TEST_SUITE_P(
    Cohort, RefusedDistributions,
    ::testing::Values(
        Refused{distribution("nromal", {}, 7), "unknown distribution 'nromal'\n  remedy: did you mean 'normal'?"},
        Refused{distribution("normal", {{"mean", "1"}, {"std", "1"}}, 7),
                "has no key 'std'\n  remedy: did you mean 'sd'?"},
        Refused{distribution("normal", {{"sd", "1"}}, 7), "has no 'mean'"},
        Refused{distribution("normal", {{"mean", "1 kg"}, {"sd", "1 m"}}, 7), "'m' cannot be converted to 'kg'"},
        Refused{distribution("normal", {{"mean", "1 kg"}, {"sd", "1"}}, 7), "'1' cannot be converted to 'kg'"},
        Refused{distribution("normal", {{"mean", "1"}, {"sd", "-1"}}, 7), "'sd' is negative"},
        Refused{distribution("normal", {{"mean", "37 degC"}, {"cv", "1 %"}}, 7), "a cv has no meaning in degC"},
        Refused{distribution("lognormal", {{"median", "37 degC"}, {"omega", "0.1"}}, 7),
                "a log-normal distribution has no meaning in degC"},
        Refused{distribution("gamma", {{"mean", "37 degC"}, {"sd", "1 K"}}, 7),
                "a gamma distribution has no meaning in degC"},
        Refused{distribution("normal", {{"mean", "1"}, {"sd", "1"}, {"cv", "1"}}, 7), "both 'sd' and 'cv'"},
        Refused{distribution("normal", {{"mean", "1"}, {"sd", "1"}, {"min", "2"}, {"max", "2"}}, 7),
                "'max' is not above 'min'"},
        Refused{distribution("normal", {{"mean", "1"}, {"sd", "1"}, {"min", "100"}}, 7),
                "no value of the distribution"},
        Refused{distribution("uniform", {{"low", "0"}, {"high", "1"}, {"min", "2"}}, 7),
                "no value of the distribution"},
        Refused{distribution("lognormal", {{"median", "-5 L/h"}, {"omega", "0.3"}}, 7), "not greater than zero"},
        Refused{distribution("lognormal", {{"median", "5 L/h"}, {"sd", "0.3 L/h"}}, 7), "needs its 'mean'"},
        Refused{distribution("lognormal", {{"median", "5 kg"}, {"omega", "0.3"}, {"low", "5 kg"}}, 7),
                "is not greater than its 'low'"},
        Refused{distribution("lognormal", {{"median", "5 kg"}, {"cv", "0.3"}, {"low", "1 kg"}}, 7), "two ways"},
        Refused{distribution("lognormal", {{"median", "5 L/h"}}, 7), "needs one of 'omega', 'cv', 'sd'"},
        Refused{distribution("uniform", {{"low", "2"}, {"high", "1"}}, 7), "'high' is not above 'low'"},
        Refused{distribution("triangular", {{"low", "1"}, {"mode", "5"}, {"high", "2"}}, 7), "'mode' is not between"},
        Refused{distribution("beta", {{"mean", "0.5"}, {"sd", "0.6"}}, 7),
                "no beta distribution has this mean and spread\n  remedy: the standard deviation must lie between 0 "
                "and 0.5"},
        Refused{distribution("beta", {{"alpha", "2"}, {"beta", "2"}, {"sd", "0.1"}}, 7), "'sd' has no effect"},
        Refused{distribution("gamma", {{"shape", "0"}, {"scale", "1"}}, 7), "not greater than zero"},
        Refused{distribution("bernoulli", {{"p", "1.2"}}, 7), "above 1"},
        Refused{categorical({{"a", "0.5"}, {"b", "0.4"}}, 7), "probabilities add up to 0.9"},
        Refused{categorical({{"a", "-0.5"}, {"b", "1.5"}}, 7), "probability is negative"},
        Refused{bad_histogram({"1", "1", "2"}, {"0.5", "0.5"}), "do not ascend"},
        Refused{bad_histogram({"1", "2"}, {"0.5", "0.5"}), "2 edges and 2 probabilities"}));

}  // namespace
}  // namespace kohort::cohort
