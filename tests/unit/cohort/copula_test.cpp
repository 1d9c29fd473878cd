#include "base/random.hpp"
#include "describe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace kohort::cohort {
namespace {

using namespace tests;
using ::testing::HasSubstr;

Distribution standard() { return distribution("normal", {{"mean", "0"}, {"sd", "1"}}); }

double correlation_of(const std::vector<double>& x, const std::vector<double>& y) {
    double xx = 0.0, yy = 0.0, xy = 0.0, sx = 0.0, sy = 0.0;
    const auto n = static_cast<double>(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        sx += x[i];
        sy += y[i];
        xx += x[i] * x[i];
        yy += y[i] * y[i];
        xy += x[i] * y[i];
    }
    return (xy - sx * sy / n) / std::sqrt((xx - sx * sx / n) * (yy - sy * sy / n));
}

constexpr int n_persons = 20'000;

TEST(Copula, normals_have_the_given_correlations) {
    const auto cohort = make_cohort(Description()
                                        .add("a", standard())
                                        .add("b", standard())
                                        .add("c", standard())
                                        .correlate("a", "b", "0.6")
                                        .correlate("c", "b", "-30 %"),
                                    1);
    const auto a = values_of(*cohort, 0, n_persons);
    const auto b = values_of(*cohort, 1, n_persons);
    const auto c = values_of(*cohort, 2, n_persons);
    const auto near = [](double found, double rho) {
        EXPECT_NEAR(found, rho, 4 * (1 - rho * rho) / std::sqrt(n_persons));
    };
    near(correlation_of(a, b), 0.6);
    near(correlation_of(b, c), -0.3);
    near(correlation_of(a, c), 0.0);
}

TEST(Copula, log_normals_are_correlated_in_their_logarithms) {
    const auto cohort = make_cohort(Description()
                                        .add("CL", distribution("lognormal", {{"median", "5 L/h"}, {"omega", "0.3"}}))
                                        .add("V", distribution("lognormal", {{"median", "50 L"}, {"omega", "0.5"}}))
                                        .correlate("CL", "V", "0.7"),
                                    2);
    auto clearance = values_of(*cohort, 0, n_persons);
    auto volume = values_of(*cohort, 1, n_persons);
    for (double& value : clearance) value = std::log(value);
    for (double& value : volume) value = std::log(value);
    EXPECT_NEAR(correlation_of(clearance, volume), 0.7, 4 * (1 - 0.49) / std::sqrt(n_persons));
}

// Sheppard: P(both above their medians) = 1/4 + asin(rho) / (2 pi)
TEST(Copula, levels_agree_as_often_as_the_orthant_probability_says) {
    const auto cohort = make_cohort(Description()
                                        .add("smoking", distribution("bernoulli", {{"p", "0.5"}}))
                                        .add("sex", categorical({{"female", "0.5"}, {"male", "0.5"}}))
                                        .correlate("smoking", "sex", "0.5"),
                                    3);
    int both = 0;
    for (int twin = 0; twin < n_persons; ++twin) {
        const Person person = cohort->describe(twin);
        both += person.value[0] == 1 && person.value[1] == 1 ? 1 : 0;
    }
    const double p = 0.25 + std::asin(0.5) / (2 * std::numbers::pi);
    EXPECT_NEAR(both, p * n_persons, 4 * std::sqrt(n_persons * p * (1 - p)));
}

// Spearman's correlation of a Gaussian copula is 6/pi asin(rho/2); ranks of uniforms are the uniforms
TEST(Copula, uniforms_have_the_rank_correlation_of_the_copula) {
    const auto uniform = distribution("uniform", {{"low", "0"}, {"high", "1"}});
    const auto cohort = make_cohort(Description().add("a", uniform).add("b", uniform).correlate("a", "b", "-0.8"), 4);
    const double expected = 6 / std::numbers::pi * std::asin(-0.4);
    EXPECT_NEAR(correlation_of(values_of(*cohort, 0, n_persons), values_of(*cohort, 1, n_persons)), expected,
                4 / std::sqrt(n_persons));
}

TEST(Copula, margins_stay_what_they_were) {
    const auto cohort = make_cohort(Description()
                                        .add("a", standard())
                                        .add("b", distribution("uniform", {{"low", "2"}, {"high", "4"}}))
                                        .correlate("a", "b", "0.9"),
                                    5);
    double sum = 0.0;
    for (const double value : values_of(*cohort, 1, n_persons)) sum += value;
    EXPECT_NEAR(sum / n_persons, 3, 4 * std::sqrt(4.0 / 12 / n_persons));
}

TEST(Copula, strata_are_correlated_within_each_level) {
    const auto height = by("sex", {{"female", drawn(distribution("normal", {{"mean", "1.64 m"}, {"sd", "0.06 m"}}))},
                                   {"male", drawn(distribution("normal", {{"mean", "1.77 m"}, {"sd", "0.08 m"}}))}});
    const auto cohort = make_cohort(Description()
                                        .add("sex", categorical({{"female", "0.5"}, {"male", "0.5"}}))
                                        .add("height", height)
                                        .add("z", standard())
                                        .correlate("height", "z", "0.5"),
                                    6);
    std::vector<double> heights, z;
    for (int twin = 0; twin < n_persons; ++twin) {
        const Person person = cohort->describe(twin);
        if (person.value[0] == 0) continue;
        heights.push_back(person.value[1]);
        z.push_back(person.value[2]);
    }
    EXPECT_NEAR(correlation_of(heights, z), 0.5, 4 * 0.75 / std::sqrt(heights.size()));
}

TEST(Copula, impossible_correlations_are_refused_with_a_way_out) {
    const auto impossible = [](const char* ab, const char* bc, const char* ac) {
        return Description()
            .add("a", standard())
            .add("b", standard())
            .add("c", standard())
            .correlate("a", "b", ab, 9)
            .correlate("b", "c", bc, 10)
            .correlate("a", "c", ac, 11);
    };
    // eigenvalues of the matrix with 0.9, 0.9, -0.9 are 1.9, 1.9, -0.8: 1 / 1.8 = 0.5555...
    const std::string message = refusal(impossible("0.9", "0.9", "-0.9"));
    EXPECT_THAT(message, HasSubstr("cohort.yaml:9:5: these correlations cannot hold together: the matrix of 'a', 'b', "
                                   "'c' is not positive definite (smallest eigenvalue -0.8)"));
    EXPECT_THAT(message, HasSubstr("factor 0.555: a~b: 0.499, b~c: 0.499, a~c: -0.499"));
    EXPECT_EQ(refusal(impossible("0.499", "0.499", "-0.499")), "no error");
}

TEST(Copula, a_pair_that_is_not_named_has_correlation_zero) {
    // 1 - 0.8^2 - 0.8^2 < 0
    const std::string message = refusal(Description()
                                            .add("a", standard())
                                            .add("b", standard())
                                            .add("c", standard())
                                            .correlate("a", "b", "0.8")
                                            .correlate("b", "c", "0.8"));
    EXPECT_THAT(message, HasSubstr("pairs that are not named have correlation 0"));
}

TEST(Copula, wrong_pairs_are_refused) {
    const auto pair = [](const char* first, const char* second, const char* rho) {
        return refusal(Description()
                           .add("age", standard())
                           .add("weight", standard())
                           .formula("double_age", "2 * age", "year")
                           .correlate(first, second, rho, 8));
    };
    EXPECT_THAT(pair("age", "wieght", "0.1"),
                HasSubstr("cohort.yaml:8:5: the cohort has no attribute 'wieght'\n  remedy: did you mean 'weight'?"));
    EXPECT_THAT(pair("age", "age", "0.1"), HasSubstr("correlated with itself"));
    EXPECT_THAT(pair("age", "weight", "1"), HasSubstr("not between -1 and 1"));
    EXPECT_THAT(pair("age", "weight", "0.1 kg"), HasSubstr("'kg' cannot be converted"));
    EXPECT_THAT(pair("age", "double_age", "0.1"), HasSubstr("not drawn from a distribution"));
    EXPECT_THAT(refusal(Description()
                            .add("age", standard())
                            .add("weight", standard())
                            .correlate("age", "weight", "0.1")
                            .correlate("weight", "age", "0.1", 8)),
                HasSubstr("is given twice"));
}

}  // namespace
}  // namespace kohort::cohort
