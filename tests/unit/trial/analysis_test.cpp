#include "trial/virtual_trial.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace kohort::trial {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Three arms of four; the endpoint is 10 * arm + position; its baseline is the position squared.
TrialSample three_arms() {
    TrialSample sample(1, 1, 12);
    for (std::size_t participant = 0; participant < 12; ++participant) {
        const auto position = static_cast<double>(participant % 4);
        sample.arm[participant] = static_cast<int>(participant / 4);
        sample.value[participant] = 10 * sample.arm[participant] + position;
        sample.base[participant] = position * position;
        sample.attribute[participant] = participant % 2 == 0 ? 0 : 1;
    }
    return sample;
}

AnalysisPlan plan(AnalysisMethod method) {
    return {.id = "a", .endpoint = 0, .method = method, .n_arms = 3, .reference = 1, .covariates = {}};
}

TEST(Analyse, compares_every_arm_with_the_reference) {
    const AnalysisResult result = analyse(plan(AnalysisMethod::t_test), three_arms());
    EXPECT_EQ(result.effect[0].estimate, -10);
    EXPECT_EQ(result.effect[2].estimate, 10);
    EXPECT_EQ(result.effect[1].reason, "the arm is the reference");
    EXPECT_EQ(result.effect[2].df, 6);                                               // a t-test sees two arms ...
    EXPECT_EQ(analyse(plan(AnalysisMethod::ancova), three_arms()).effect[2].df, 9);  // ... an ANCOVA all of them
}

TEST(Analyse, leaves_out_and_counts_missing_values_and_covariates) {
    TrialSample sample = three_arms();
    sample.value[8] = missing;
    sample.base[0] = missing;
    const AnalysisResult t = analyse(plan(AnalysisMethod::t_test), sample);
    EXPECT_EQ(t.n_missing, (std::vector<std::int64_t>{0, 0, 1}));
    EXPECT_EQ(t.effect[2].n_arm, 3);
    EXPECT_EQ(t.effect[2].estimate, 22 - 11.5);
    AnalysisPlan adjusted = plan(AnalysisMethod::ancova);
    adjusted.covariates = {{.name = "baseline", .baseline = true, .attribute = 0, .levels = {}},
                           {.name = "sex", .baseline = false, .attribute = 0, .levels = {"w", "m"}}};
    const AnalysisResult ancova = analyse(adjusted, sample);
    EXPECT_EQ(ancova.n_missing, (std::vector<std::int64_t>{1, 0, 1}));
    EXPECT_EQ(ancova.effect[0].n_arm, 3);
    EXPECT_EQ(ancova.covariates.at(1).name, "sex: m");
}

TEST(Analyse, counts_responders) {
    TrialSample sample = three_arms();
    for (std::size_t participant = 0; participant < 12; ++participant)
        sample.value[participant] = participant % 4 == 0 || participant >= 8 ? 1 : 0;
    sample.value[0] = missing;
    const AnalysisResult result = analyse(plan(AnalysisMethod::difference_of_proportions), sample);
    EXPECT_EQ(result.effect[0].value_arm, 0);
    EXPECT_EQ(result.effect[0].n_arm, 3);
    EXPECT_EQ(result.effect[2].estimate, .75);
}

TEST(Analyse, an_arm_that_nobody_finished_has_a_reason_and_the_others_go_on) {
    TrialSample sample = three_arms();
    for (std::size_t participant = 0; participant < 4; ++participant) sample.value[participant] = missing;
    for (const AnalysisMethod method :
         {AnalysisMethod::t_test, AnalysisMethod::ancova, AnalysisMethod::difference_of_proportions}) {
        const AnalysisResult result = analyse(plan(method), sample);
        EXPECT_FALSE(result.effect[0].estimable());
        EXPECT_TRUE(result.effect[2].estimable());
        EXPECT_EQ(result.n_missing[0], 4);
    }
}

/// Two arms in which every twin's value names twin and arm, so that a mix-up would show.
struct NamedTwins {
    TrialPlan plan;
    EndpointTable table{1, 2, 50};
    std::vector<double> attribute = std::vector<double>(50);

    NamedTwins() {
        plan.arms = {"old", "new"};
        plan.attributes.resize(1);
        plan.attributes[0].levels = {"w", "m"};
        plan.endpoints.resize(1);
        plan.randomisation = RandomisationPlan{
            .n = 20, .ratio = {1, 1}, .blocks = {4}, .stratifiers = {{.attribute = 0, .n_levels = 2}}, .key = random_key(9)};
        for (std::size_t twin = 0; twin < 50; ++twin) {
            attribute[twin] = twin < 25 ? 0 : 1;
            for (std::size_t arm = 0; arm < 2; ++arm) {
                const auto value = static_cast<double>(100 * arm + twin);
                table.set(0, arm, twin, {.value = value, .aval = value, .base = -value});
            }
        }
    }
};

TEST(BankTrials, participants_bring_their_own_values_of_their_own_arm) {
    const NamedTwins twins;
    BankTrials trials(twins.plan, {twins.table, twins.attribute});
    for (std::int64_t trial = 0; trial < 20; ++trial) {
        trials.draw(trial);
        const std::set<std::int64_t> different(trials.members().begin(), trials.members().end());
        EXPECT_EQ(different.size(), 20U);
        const TrialSample sample = trials.measure(Scenario::as_randomised);
        const TrialSample null = trials.measure(Scenario::null);
        for (std::size_t participant = 0; participant < 20; ++participant) {
            const auto member = static_cast<double>(trials.members()[participant]);
            EXPECT_EQ(sample.value[participant], 100 * sample.arm[participant] + member);
            EXPECT_EQ(sample.base[participant], -sample.value[participant]);
            EXPECT_EQ(sample.attribute[participant], member < 25 ? 0 : 1);
            EXPECT_EQ(null.value[participant], member);  // the control arm is the first
            EXPECT_EQ(null.arm[participant], sample.arm[participant]);
        }
    }
}

TEST(BankTrials, a_trial_in_full_is_the_trial_of_that_number) {
    NamedTwins twins;
    twins.plan.analyses = {{.id = "a", .endpoint = 0, .n_arms = 2, .covariates = {}}};
    const TrialResult one = run_trial(twins.plan, {twins.table, twins.attribute}, 3);
    BankTrials trials(twins.plan, {twins.table, twins.attribute});
    trials.draw(2);
    trials.draw(3);
    EXPECT_TRUE(std::ranges::equal(trials.members(), one.members));
    EXPECT_EQ(trials.measure(Scenario::as_randomised).arm, one.sample.arm);
    EXPECT_EQ(one.analyses.at(0).effect[1].n_arm + one.analyses.at(0).effect[1].n_reference, 20);
}

TEST(PlanTrial, refuses_covariates_that_nobody_has) {
    TrialStudy study;
    study.arms.resize(2);
    study.arms[0].id = "old";
    study.arms[1].id = "new";
    Column column;
    column.outcome = "y";
    study.endpoints.resize(1);
    study.endpoints[0].id = "e";
    study.endpoints[0].of = "y";
    study.analyses.resize(1);
    study.analyses[0].id = "a";
    study.analyses[0].endpoint = "e";
    study.analyses[0].method = "ancova";
    study.analyses[0].reference = "old";
    const auto problem = [&](const std::string& covariate) -> std::string {
        study.analyses[0].covariates = {covariate};
        cohort::Attribute age;
        age.name = "age";
        try {
            (void)plan_trial(study, std::array{column}, std::array{age});
        } catch (const InputError& error) {
            return error.problem();
        }
        return "none";
    };
    EXPECT_EQ(problem("age"), "none");
    EXPECT_EQ(problem("agee"), "the cohort has no attribute \"agee\" to adjust for");
    EXPECT_EQ(problem("baseline"), "endpoint \"e\" has no baseline");
}

}  // namespace
}  // namespace kohort::trial
