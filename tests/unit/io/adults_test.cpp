// The shipped cohort `adults` against facts of the survey that are not in its file: products and tails of what is.
#include "cohort/acceptance.hpp"
#include "io/cohort_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace kohort::io {
namespace {

constexpr int n_persons = 40'000;

/// Values by sex: 0 female, 1 male.
struct Adults {
    std::array<std::vector<double>, 2> BMI, weight, systolic;
    std::array<double, 2> fibrillating{};
    cohort::Acceptance acceptance;
};

const Adults& adults() {
    static const Adults drawn = [] {
        const auto cohort = cohort::make_cohort(read_cohort("cohorts/adults/cohort.yaml"), 20261122);
        const auto& attributes = cohort->attributes();
        const auto index = [&](const char* name) {
            const auto found = std::find_if(attributes.begin(), attributes.end(),
                                            [&](const cohort::Attribute& one) { return one.name == name; });
            return static_cast<std::size_t>(found - attributes.begin());
        };
        Adults result;
        for (int twin = 0; twin < n_persons; ++twin) {
            const cohort::Person person = cohort->describe(twin);
            result.acceptance.add(person);
            const auto sex = static_cast<std::size_t>(person.value.at(index("sex")));
            result.BMI.at(sex).push_back(person.value.at(index("BMI")));
            result.weight.at(sex).push_back(person.value.at(index("weight")));
            result.systolic.at(sex).push_back(person.value.at(index("SBP")));
            result.fibrillating.at(sex) += person.value.at(index("atrial_fibrillation"));
        }
        return result;
    }();
    return drawn;
}

double mean(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

double sd(const std::vector<double>& values) {
    const double centre = mean(values);
    double squares = 0.0;
    for (const double value : values) squares += (value - centre) * (value - centre);
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double quantile(std::vector<double> values, double p) {
    const auto rank = static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size()));
    std::nth_element(values.begin(), values.begin() + rank, values.end());
    return values[static_cast<std::size_t>(rank)];
}

double share_at_least(const std::vector<double>& values, double limit) {
    const auto above = std::count_if(values.begin(), values.end(), [&](double value) { return value >= limit; });
    return static_cast<double>(above) / static_cast<double>(values.size());
}

// NHANES 2009-2012, ages 18-79, weighted (cohorts/adults/README.md). Tolerances: four standard errors of the survey, whose
// effective size is about 2,500 a sex (5,600 examined, design effect 2 or more).
TEST(Adults, weights_are_those_of_the_survey) {
    EXPECT_NEAR(mean(adults().weight[0]), 76.05, 4 * 20.33 / std::sqrt(2500));
    EXPECT_NEAR(mean(adults().weight[1]), 88.61, 4 * 19.99 / std::sqrt(2500));
    EXPECT_NEAR(sd(adults().weight[0]), 20.33, 4 * 20.33 / std::sqrt(5000));
    EXPECT_NEAR(sd(adults().weight[1]), 19.99, 4 * 19.99 / std::sqrt(5000));
}

TEST(Adults, as_many_are_obese_as_in_the_survey) {
    EXPECT_NEAR(share_at_least(adults().BMI[0], 30), 0.366, 4 * 0.0096);
    EXPECT_NEAR(share_at_least(adults().BMI[1], 30), 0.343, 4 * 0.0095);
}

TEST(Adults, the_tails_of_body_mass_index_are_those_of_the_survey) {
    // standard errors: sqrt(0.05 * 0.95 / 2500) over the density there, about 0.02 and 0.005 per kg/m2
    EXPECT_NEAR(quantile(adults().BMI[0], 0.05), 19.56, 4 * 0.22);
    EXPECT_NEAR(quantile(adults().BMI[1], 0.05), 20.60, 4 * 0.22);
    EXPECT_NEAR(quantile(adults().BMI[0], 0.95), 42.75, 4 * 0.87);
    EXPECT_NEAR(quantile(adults().BMI[1], 0.95), 39.50, 4 * 0.87);
}

TEST(Adults, as_many_have_high_systolic_pressure_as_in_the_survey) {
    std::vector<double> all = adults().systolic[0];
    all.insert(all.end(), adults().systolic[1].begin(), adults().systolic[1].end());
    EXPECT_NEAR(share_at_least(all, 140), 0.110, 4 * std::sqrt(0.11 * 0.89 / 5000));
    EXPECT_NEAR(mean(all), 119.88, 4 * 16.37 / std::sqrt(5000));
}

// ATRIA (Go et al. 2001): 0.95 % of adults of 20 and more, of all ages; fewer below 80, and men more than women
TEST(Adults, atrial_fibrillation_is_more_common_in_men) {
    const double women = adults().fibrillating[0] / static_cast<double>(adults().BMI[0].size());
    const double men = adults().fibrillating[1] / static_cast<double>(adults().BMI[1].size());
    EXPECT_GT(men, women);
    EXPECT_LT((women + men) / 2, 0.0095);
    EXPECT_GT((women + men) / 2, 0.006);
}

TEST(Adults, hardly_anybody_is_rejected) {
    EXPECT_EQ(adults().acceptance.implausible, 0);
    EXPECT_GT(adults().acceptance.share(), 0.997);
}

}  // namespace
}  // namespace kohort::io
