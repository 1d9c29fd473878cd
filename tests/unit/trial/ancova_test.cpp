#include "trial/ancova.hpp"

#include "test_data.hpp"
#include "trial/t_test.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

namespace kohort::trial {
namespace {

// Leprosy bacilli before and after treatment with drugs A, D and placebo F: Snedecor & Cochran 1967, p. 422.
// Expected: SAS/STAT User's Guide, GLM, example "Analysis of covariance" (printed digits), and R 4.5's lm.
const std::vector<double> before{11, 8,  5, 14, 19, 6,  10, 6,  11, 3,  6,  6,  7,  8, 18,
                                 8,  19, 8, 5,  15, 16, 13, 11, 9,  21, 16, 12, 12, 7, 12};
const std::vector<double> after{6, 0,  2, 8, 11, 4,  13, 1,  8, 0,  0,  2, 3,  1, 18,
                                4, 14, 9, 1, 9,  13, 10, 18, 5, 23, 12, 5, 16, 1, 20};

std::vector<int> thirds() {
    std::vector<int> arm(30);
    for (std::size_t person = 0; person < arm.size(); ++person) arm[person] = static_cast<int>(person / 10);
    return arm;
}

TEST(Ancova, agrees_with_the_published_leprosy_trial) {
    const std::vector<int> arm = thirds();
    const AncovaFit fit = ancova({after, arm, 3, 2, {{"before", before}}}, .05);
    EXPECT_EQ(fit.df, 26);
    EXPECT_NEAR(fit.residual_sd, 4.00577754367453, 1e-12);
    EXPECT_NEAR(fit.effect[0].estimate, -3.446138279932545, 1e-12);
    EXPECT_NEAR(fit.effect[0].standard_error, 1.886780648418327, 1e-12);
    EXPECT_NEAR(fit.effect[0].p_value, .0792845843098469, 1e-12);
    EXPECT_NEAR(fit.effect[0].lower, -7.32447144701810, 1e-12);
    EXPECT_NEAR(fit.effect[0].upper, .432194887153014, 1e-12);
    EXPECT_NEAR(fit.effect[1].estimate, -3.337166947723440, 1e-12);
    EXPECT_NEAR(fit.effect[1].p_value, .0834575521763188, 1e-12);
    EXPECT_EQ(fit.effect[2].reason, "the arm is the reference");
    ASSERT_EQ(fit.covariates.size(), 1U);
    EXPECT_NEAR(fit.covariates[0].estimate, .987183811129848, 1e-12);
    EXPECT_NEAR(fit.covariates[0].standard_error, .164497567752959, 1e-12);
    EXPECT_NEAR(fit.covariates[0].p_value, 2.45433047038629e-06, 1e-17);
    const double means[] = {6.71496346261945, 6.82393479482855, 10.16110174255199};
    const double errors[] = {1.28849427986512, 1.27246899519016, 1.31592342357307};
    for (std::size_t group = 0; group < 3; ++group) {
        EXPECT_NEAR(fit.adjusted_mean[group], means[group], 1e-12);
        EXPECT_NEAR(fit.adjusted_mean_error[group], errors[group], 1e-12);
    }
}

TEST(Ancova, without_covariates_and_with_two_arms_is_the_pooled_t_test) {
    const std::vector<double> value(after.begin(), after.begin() + 20);
    const std::vector<int> arms = thirds();
    const std::vector<int> arm(arms.begin(), arms.begin() + 20);
    const Effect fitted = ancova({value, arm, 2, 0}, .05).effect[1];
    const Effect tested = t_test({after.data() + 10, 10}, {after.data(), 10}, Variance::pooled, .05);
    EXPECT_NEAR(fitted.estimate, tested.estimate, 1e-13);
    EXPECT_NEAR(fitted.standard_error, tested.standard_error, 1e-13);
    EXPECT_NEAR(fitted.p_value, tested.p_value, 1e-13);
    EXPECT_NEAR(fitted.value_arm, tested.value_arm, 1e-13);
}

TEST(Ancova, leaves_out_and_names_covariates_that_say_nothing_new) {
    const std::vector<int> arm = thirds();
    const std::vector<double> constant(30, 71.3);
    std::vector<double> doubled = before;
    for (double& value : doubled) value = 2 * value - 5;
    const AncovaFit fit = ancova({after, arm, 3, 2, {{"centre", constant}, {"before", before}, {"twice", doubled}}}, .05);
    EXPECT_EQ(fit.aliased, (std::vector<std::string>{"centre", "twice"}));
    EXPECT_EQ(fit.df, 26);
    EXPECT_NEAR(fit.effect[0].estimate, -3.446138279932545, 1e-12);
    EXPECT_NEAR(fit.adjusted_mean[0], 6.71496346261945, 1e-12);
}

TEST(Ancova, does_not_invent_an_effect_for_a_confounded_arm) {
    const std::vector<int> arm = thirds();
    std::vector<double> experimental(30);  // arms 0 and 1 together: neither can be told from this covariate alone
    std::vector<double> first(30);         // arm 0 itself
    for (std::size_t person = 0; person < 30; ++person) {
        experimental[person] = arm[person] < 2 ? 1 : 0;
        first[person] = arm[person] == 0 ? 1 : 0;
    }
    const AncovaFit neither = ancova({after, arm, 3, 2, {{"experimental", experimental}}}, .05);
    EXPECT_EQ(neither.effect[0].reason, "the arm cannot be told from the covariates");
    EXPECT_EQ(neither.effect[1].reason, "the arm cannot be told from the covariates");
    EXPECT_TRUE(std::isnan(neither.adjusted_mean[2]));
    const AncovaFit one = ancova({after, arm, 3, 2, {{"first", first}, {"before", before}}}, .05);
    EXPECT_FALSE(one.effect[0].estimable());
    EXPECT_NEAR(one.effect[1].estimate, -3.337166947723440, 1e-12);
}

TEST(Ancova, is_not_thrown_by_badly_scaled_covariates) {
    const std::vector<int> arm = thirds();
    std::vector<double> scaled = before;
    for (double& value : scaled) value = 1e9 + 1e3 * value;
    const AncovaFit fit = ancova({after, arm, 3, 2, {{"before", scaled}}}, .05);
    EXPECT_TRUE(fit.aliased.empty());
    EXPECT_NEAR(fit.effect[0].estimate, -3.446138279932545, 1e-9);  // 1e6 of relative offset costs 6 digits
}

TEST(Ancova, gives_reasons_for_what_it_cannot_estimate) {
    const std::vector<int> arm = thirds();
    const AncovaFit empty_arm = ancova({after, arm, 4, 0}, .05);
    EXPECT_EQ(empty_arm.effect[3].reason, "no participants with values in the arm");
    EXPECT_TRUE(empty_arm.effect[1].estimable());
    EXPECT_EQ(ancova({after, arm, 4, 3}, .05).effect[0].reason, "no participants with values in the reference arm");
    const std::vector<double> two{1, 2};
    const std::vector<int> two_arms{0, 1};
    EXPECT_EQ(ancova({two, two_arms, 2, 0}, .05).effect[1].reason, "too few participants for the number of covariates");
    const std::vector<double> flat(30, 3.25);
    EXPECT_EQ(ancova({flat, arm, 3, 0}, .05).effect[1].reason, "the values do not vary within the arms");
}

struct FevTrial {
    std::vector<double> value, baseline, sex, race;
    std::vector<int> arm;
};

// Last visit of the artificial FEV1 trial of the R package mmrm; sex and race coded in alphabetical order.
FevTrial read_fev(std::istream& text) {
    FevTrial trial;
    std::string line;
    std::getline(text, line);
    while (std::getline(text, line)) {
        std::vector<std::string> cell;
        std::istringstream cells(line);
        for (std::string word; std::getline(cells, word, ',');) cell.push_back(word);
        if (cell[1] != "VIS4" || cell[6].empty()) continue;
        trial.value.push_back(std::stod(cell[6]));
        trial.baseline.push_back(std::stod(cell[5]));
        trial.sex.push_back(cell[4] == "Male" ? 1 : 0);
        trial.race.push_back(cell[3] == "Asian" ? 0 : cell[3] == "White" ? 2 : 1);
        trial.arm.push_back(cell[2] == "TRT" ? 1 : 0);
    }
    return trial;
}

// Expected: R 4.5, lm(FEV1 ~ FEV1_BL + SEX + RACE + ARMCD, AVISIT == "VIS4")
TEST(Ancova, agrees_with_r_on_the_fev_trial) {
    std::ifstream text(test_data("trials/fev_data.csv"));
    if (!text) GTEST_SKIP() << "skipped: no data";
    const FevTrial trial = read_fev(text);
    ASSERT_EQ(trial.value.size(), 134U);
    const AncovaFit fit = ancova({trial.value,
                                  trial.arm,
                                  2,
                                  0,
                                  {{"FEV1_BL", trial.baseline},
                                   {"SEX", trial.sex, {"Female", "Male"}},
                                   {"RACE", trial.race, {"Asian", "Black or African American", "White"}}}},
                                 .05);
    EXPECT_EQ(fit.df, 128);
    EXPECT_NEAR(fit.residual_sd, 9.63809650582107, 1e-11);
    EXPECT_NEAR(fit.effect[1].estimate, 3.899429816361153, 1e-11);
    EXPECT_NEAR(fit.effect[1].standard_error, 1.6863465679652256, 1e-11);
    EXPECT_NEAR(fit.effect[1].p_value, .0223547215106668, 1e-12);
    EXPECT_NEAR(fit.effect[1].lower, .562705019604305, 1e-11);
    EXPECT_NEAR(fit.effect[1].upper, 7.236154613118001, 1e-11);
    ASSERT_EQ(fit.covariates.size(), 4U);
    EXPECT_EQ(fit.covariates[3].name, "RACE: White");
    EXPECT_NEAR(fit.covariates[3].estimate, 5.531035550057558, 1e-11);
    EXPECT_NEAR(fit.covariates[2].p_value, .420292042170103, 1e-11);
}

}  // namespace
}  // namespace kohort::trial
