#include "cohort/cohort.hpp"

#include "base/random.hpp"
#include "cohort/acceptance.hpp"
#include "describe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <thread>

namespace kohort::cohort {
namespace {

using namespace tests;
using ::testing::HasSubstr;

Distribution age() { return distribution("uniform", {{"low", "18 year"}, {"high", "80 year"}}); }
Distribution weight() { return distribution("lognormal", {{"median", "75 kg"}, {"cv", "20 %"}}); }
Recipe height() {
    return by("sex", {{"female", drawn(distribution("normal", {{"mean", "164 cm"}, {"sd", "6 cm"}}))},
                      {"male", drawn(distribution("normal", {{"mean", "1.78 m"}, {"sd", "70 mm"}}))}});
}
Distribution sex() { return categorical({{"female", "0.6"}, {"male", "0.4"}}); }

Description adults() {
    return Description()
        .add("sex", sex())
        .add("age", age())
        .bands("age_band", "age", {"40 year", "60 year"}, {"young", "middle", "old"})
        .add("height", height())
        .add("weight", weight())
        .formula("BMI", "weight / (height / 100)^2", "kg/m2")
        .correlate("height", "weight", "0.5");
}

TEST(Cohort, any_order_gives_the_same_persons) {
    const auto cohort = make_cohort(adults(), 7);
    std::vector<Person> forward;
    for (int twin = 0; twin < 200; ++twin) forward.push_back(cohort->describe(twin));
    const auto again = make_cohort(adults(), 7);
    for (int twin = 199; twin >= 0; --twin)
        EXPECT_EQ(again->describe(twin).value, forward[static_cast<std::size_t>(twin)].value);
    EXPECT_NE(make_cohort(adults(), 8)->describe(0).value, forward[0].value);
}

TEST(Cohort, persons_have_random_bits_of_their_own) {
    const auto cohort = make_cohort(adults(), 7);
    std::set<std::uint64_t> keys;
    for (int twin = 0; twin < 200; ++twin) keys.insert(cohort->describe(twin).lot_key);
    EXPECT_EQ(keys.size(), 200U);
    EXPECT_EQ(make_cohort(adults(), 7)->describe(3).lot_key, cohort->describe(3).lot_key);
    EXPECT_NE(make_cohort(adults(), 8)->describe(3).lot_key, cohort->describe(3).lot_key);
}

TEST(Cohort, many_threads_draw_the_same_persons) {
    const auto cohort = make_cohort(adults(), 7);
    std::vector<std::vector<double>> sums(4);
    std::vector<std::thread> threads;
    for (auto& sum : sums) {
        threads.emplace_back([&cohort, &sum] {
            for (int twin = 0; twin < 500; ++twin) sum.push_back(cohort->describe(twin).value[5]);
        });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& sum : sums) EXPECT_EQ(sum, sums[0]);
}

TEST(Cohort, adding_or_moving_an_attribute_leaves_the_others_as_they_were) {
    const auto before = make_cohort(Description().add("age", age()).add("weight", weight()), 7);
    const auto after = make_cohort(Description().add("sex", sex()).add("weight", weight()).add("age", age()), 7);
    for (int twin = 0; twin < 20; ++twin) {
        EXPECT_EQ(before->describe(twin).value[0], after->describe(twin).value[2]);
        EXPECT_EQ(before->describe(twin).value[1], after->describe(twin).value[1]);
    }
}

TEST(Cohort, huge_twin_ids_are_persons_too) {
    const auto cohort = make_cohort(adults(), 7);
    const std::int64_t huge = (std::int64_t{1} << 62) + 5;
    EXPECT_NE(cohort->describe(huge).value, cohort->describe(5).value);
    EXPECT_EQ(cohort->size(), -1);
}

TEST(Cohort, attributes_come_with_unit_levels_and_role) {
    const auto cohort = make_cohort(adults().add("CL", weight(), Role::parameter), 7);
    const auto& attributes = cohort->attributes();
    ASSERT_EQ(attributes.size(), 7U);
    EXPECT_EQ(attributes[0].levels, (std::vector<std::string>{"female", "male"}));
    EXPECT_EQ(attributes[1].unit, "year");
    EXPECT_EQ(attributes[2].levels, (std::vector<std::string>{"young", "middle", "old"}));
    EXPECT_EQ(attributes[3].unit, "cm");
    EXPECT_EQ(attributes[5].unit, "kg/m2");
    EXPECT_EQ(attributes[6].role, Role::parameter);
}

TEST(Cohort, strata_and_bands_and_formulas_follow_the_values_before_them) {
    const auto cohort = make_cohort(adults(), 7);
    double female = 0.0, female_height = 0.0, male_height = 0.0;
    constexpr int n = 10'000;
    for (int twin = 0; twin < n; ++twin) {
        const auto value = cohort->describe(twin).value;
        EXPECT_EQ(value[2], value[1] < 40 ? 0 : value[1] < 60 ? 1 : 2);
        EXPECT_DOUBLE_EQ(value[5], value[4] / (value[3] * value[3]) * 1e4);
        female += value[0] == 0 ? 1 : 0;
        (value[0] == 0 ? female_height : male_height) += value[3];
    }
    EXPECT_NEAR(female / n, 0.6, 4 * std::sqrt(0.24 / n));
    EXPECT_NEAR(female_height / female, 164, 4 * 6 / std::sqrt(female));
    EXPECT_NEAR(male_height / (n - female), 178, 4 * 7 / std::sqrt(n - female));  // 1.78 m and 70 mm, in cm
}

TEST(Cohort, a_value_on_an_edge_belongs_to_the_band_above) {
    Distribution forty = distribution("constant", {{"value", "40 year"}});
    const auto cohort = make_cohort(
        Description().add("age", forty).bands("band", "age", {"40 year", "480.1 months"}, {"a", "b", "c"}), 1);
    EXPECT_EQ(cohort->describe(0).value[1], 1);
}

TEST(Cohort, limits_accept_exactly_the_persons_inside) {
    const auto uniform = distribution("uniform", {{"low", "0"}, {"high", "1"}});
    const auto cohort = make_cohort(Description().add("u", uniform).limit("u", "0.25", "0.5"), 9);
    Acceptance acceptance;
    double sum = 0.0;
    constexpr int n = 20'000;
    for (int twin = 0; twin < n; ++twin) {
        const Person person = cohort->describe(twin);
        acceptance.add(person);
        EXPECT_TRUE(person.plausible);
        EXPECT_GE(person.value[0], 0.25);
        EXPECT_LE(person.value[0], 0.5);
        sum += person.value[0];
    }
    // attempts are geometric with success 1/4: mean 4, variance 12
    EXPECT_NEAR(static_cast<double>(acceptance.attempts) / n, 4, 4 * std::sqrt(12.0 / n));
    EXPECT_NEAR(acceptance.share(), 0.25, 4 * std::sqrt(12.0 / n) / 16);
    EXPECT_NEAR(sum / n, 0.375, 4 * 0.25 / std::sqrt(12.0 * n));
    EXPECT_EQ(acceptance.implausible, 0);
}

TEST(Cohort, who_never_meets_the_limits_is_given_up_and_counted) {
    Description description = Description()
                                  .add("u", distribution("uniform", {{"low", "0"}, {"high", "1"}}))
                                  .limit("u", "0.5", nullptr);
    description.attempts = 2;
    const auto cohort = make_cohort(description, 9);
    Acceptance left, right;
    constexpr int n = 10'000;
    for (int twin = 0; twin < n; ++twin) (twin % 3 == 0 ? left : right).add(cohort->describe(twin));
    left.merge(right);
    EXPECT_EQ(left.persons, n);
    EXPECT_NEAR(static_cast<double>(left.implausible), n / 4.0, 4 * std::sqrt(n * 0.25 * 0.75));
    EXPECT_NEAR(left.share(), 0.5, 4 * 0.5 / std::sqrt(1.5 * n));
}

TEST(Cohort, the_first_attempt_is_kept_where_it_is_plausible) {
    const auto free = make_cohort(Description().add("age", age()), 3);
    const auto limited = make_cohort(Description().add("age", age()).limit("age", "20 year", nullptr), 3);
    int redrawn = 0;
    for (int twin = 0; twin < 500; ++twin) {
        const Person person = limited->describe(twin);
        if (person.attempts > 1) {
            ++redrawn;
            continue;
        }
        EXPECT_EQ(person.value, free->describe(twin).value);
    }
    EXPECT_GT(redrawn, 0);
}

TEST(Cohort, a_formula_without_finite_result_makes_nobody_plausible) {
    const auto cohort = make_cohort(
        Description().add("x", distribution("constant", {{"value", "0"}})).formula("y", "log(x)", "1"), 1);
    EXPECT_FALSE(cohort->describe(0).plausible);
}

TEST(Cohort, variability_is_a_log_normal_factor_with_median_one) {
    const auto cohort = make_cohort(Description().add("KA", distribution("", {{"omega", "0.3"}}), Role::factor), 4);
    EXPECT_EQ(cohort->attributes()[0].unit, "1");
    constexpr int n = 10'000;
    double sum = 0.0, squares = 0.0;
    for (const double value : values_of(*cohort, 0, n)) {
        sum += std::log(value);
        squares += std::log(value) * std::log(value);
    }
    EXPECT_NEAR(sum / n, 0, 4 * 0.3 / std::sqrt(n));
    EXPECT_NEAR(squares / n, 0.09, 4 * 0.09 * std::sqrt(2.0 / n));
}

TEST(Cohort, a_value_alone_is_a_constant) {
    const auto cohort = make_cohort(Description().add("V", distribution("", {{"value", "50 L"}}), Role::parameter), 4);
    EXPECT_EQ(cohort->describe(3).value, std::vector{50.0});
    EXPECT_EQ(cohort->attributes()[0].unit, "L");
}

TEST(Cohort, the_declared_unit_is_the_attributes_unit) {
    Description description = Description().add("height", distribution("normal", {{"mean", "170 cm"}, {"sd", "0 cm"}}));
    description.attributes[0].unit = "m";
    EXPECT_EQ(make_cohort(description, 1)->describe(0).value, std::vector{1.7});
}

TEST(Formula, a_unit_that_follows_from_the_attributes_is_checked) {
    const auto bmi = [](const char* formula, const char* unit) {
        return refusal(Description()
                           .add("weight", weight())
                           .add("height", distribution("normal", {{"mean", "170 cm"}, {"sd", "6 cm"}}))
                           .add("height_m", distribution("normal", {{"mean", "1.7 m"}, {"sd", "0.1 m"}}))
                           .formula("BMI", formula, unit, 6));
    };
    EXPECT_EQ(bmi("weight / height_m^2", "kg/m2"), "no error");
    EXPECT_EQ(bmi("weight / (height_m * height_m)", "kg/m^2"), "no error");
    EXPECT_EQ(bmi("weight / (height / 100)^2", "kg/m2"), "no error");  // with a number in it, any unit may be meant
    EXPECT_THAT(bmi("weight / height^2", "kg/m2"), HasSubstr("remedy: multiply by 10000"));
    EXPECT_THAT(bmi("weight / height_m", "kg/m2"), HasSubstr("cohort.yaml:6:5: the formula gives numbers in"));
    EXPECT_THAT(bmi("height + height_m", "cm"), HasSubstr("adds or compares"));
    EXPECT_THAT(bmi("weight / hieght^2", "kg/m2"),
                HasSubstr("no attribute 'hieght' comes before this formula\n  remedy: did you mean 'height'?"));
    EXPECT_THAT(bmi("weight / height_m^2", ""), HasSubstr("has no unit"));
    EXPECT_THAT(bmi("weight / ", "kg"), HasSubstr("cohort.yaml:6:"));
}

TEST(Formula, computes_what_it_says) {
    const auto constant = [](const char* value) { return distribution("constant", {{"value", value}}); };
    const auto value = [&](const char* formula) {
        return make_cohort(Description()
                               .add("weight", constant("70 kg"))
                               .add("age", constant("40 year"))
                               .formula("x", formula, "1"),
                           1)
            ->describe(0)
            .value[2];
    };
    EXPECT_DOUBLE_EQ(value("5 * (weight / 70)^0.75"), 5);
    EXPECT_DOUBLE_EQ(value("1 + -age^2"), -1599);
    EXPECT_DOUBLE_EQ(value("age > 39 ? exp(1) : 0"), std::exp(1));
    EXPECT_DOUBLE_EQ(value("min(weight, 40.0) + 0.5"), 40.5);
    EXPECT_DOUBLE_EQ(value("3"), 3);
}

struct Wrong {
    Description description;
    const char* reason;
};

void PrintTo(const Wrong& wrong, std::ostream* stream) { *stream << wrong.reason; }

class WrongCohorts : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongCohorts, are_refused_with_place_and_reason) {
    EXPECT_THAT(refusal(GetParam().description), HasSubstr("cohort.yaml:"));
    EXPECT_THAT(refusal(GetParam().description), HasSubstr(GetParam().reason));
}

Recipe one_stratum(const char* attribute, const char* level) { return by(attribute, {{level, drawn(weight())}}, 4); }

INSTANTIATE_TEST_SUITE_P(
    Cohort, WrongCohorts,
    ::testing::Values(
        Wrong{Description(), "describes nobody"},
        Wrong{Description().add("age", age()).add("age", age()), "'age' is described twice"},
        Wrong{Description().add("1st", age()), "'1st' is not a name"},
        Wrong{Description().add("sex", sex()).add("x", one_stratum("sex", "female")),
              "the level 'male' of 'sex' has no distribution"},
        Wrong{Description().add("sex", sex()).add("x", one_stratum("sex", "femal")),
              "'sex' has no level 'femal'\n  remedy: did you mean 'female'?"},
        Wrong{Description().add("age", age()).add("x", one_stratum("age", "old")),
              "'age' is a number, so it makes no strata"},
        Wrong{Description().add("x", one_stratum("sex", "female")), "no attribute 'sex'"},
        Wrong{Description().add("x", one_stratum("sex", "female")).add("sex", sex()), "'sex' comes later"},
        Wrong{Description().add("sex", sex()).add("x", by("sex", {{"female", drawn(sex())}, {"male", drawn(weight())}})),
              "has other levels"},
        Wrong{Description().add("age", age()).bands("b", "age", {"60 year", "40 year"}, {"a", "b", "c"}),
              "do not ascend"},
        Wrong{Description().add("age", age()).bands("b", "age", {"60 year"}, {"a", "b", "c"}),
              "1 edges cut into 2 bands, but 3 levels"},
        Wrong{Description().add("age", age()).bands("b", "age", {"60 kg"}, {"a", "b"}),
              "'kg' cannot be converted to 'year'"},
        Wrong{Description().add("sex", sex()).bands("b", "sex", {"1"}, {"a", "b"}), "categorical already"},
        Wrong{Description().add("age", age()).limit("aeg", "1 year", nullptr), "did you mean 'age'?"},
        Wrong{Description().add("age", age()).limit("age", "1 kg", nullptr), "'kg' cannot be converted to 'year'"},
        Wrong{Description().add("age", age()).limit("age", "9 year", "8 year"), "max is not above min"},
        Wrong{Description().add("age", age()).limit("age", nullptr, nullptr), "neither min nor max"},
        Wrong{Description().add("sex", sex()).limit("sex", "0", "1"), "categorical, so it has no limits"},
        Wrong{Description().add("KA", distribution("lognormal", {{"median", "1 1/h"}, {"omega", "0.3"}}), Role::factor),
              "it has no unit such as '1/h'"},
        Wrong{Description().add("KA", distribution("", {{"omega", "0.3"}}), Role::parameter),
              "a distribution is missing"}));

}  // namespace
}  // namespace kohort::cohort
