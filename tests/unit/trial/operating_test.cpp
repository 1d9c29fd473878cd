#include "trial/operating.hpp"

#include "trial/student.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace kohort::trial {
namespace {

// The whole chain in closed form: clearance is log-normal, exposure is dose over clearance, so ln(exposure) is normal with
// standard deviation omega, and the two-sample t-test has its exact noncentral-t power for a difference of ln(dose ratio).
struct Design {
    double omega;  // standard deviation of ln(clearance)
    double dose_ratio;
    std::int64_t n_per_arm;
};

TrialStudy exposure_study(const Design& design) {
    TrialStudy study;
    study.seed = 20261122;
    for (const char* id : {"reference", "test"}) {
        Arm arm;
        arm.id = id;
        arm.control = study.arms.empty();
        study.arms.push_back(arm);
    }
    Outcome auc;
    auc.id = "AUC";
    study.outcomes = {auc};
    Endpoint exposure;
    exposure.id = "exposure";
    exposure.of = "AUC";
    exposure.type = "continuous";
    exposure.transform = "ln";
    study.endpoints = {exposure};
    Analysis primary;
    primary.id = "primary";
    primary.endpoint = "exposure";
    primary.method = "t_test";
    primary.reference = "reference";
    study.analyses = {primary};
    study.randomisation = Randomisation{};
    study.randomisation->n = 2 * design.n_per_arm;
    study.randomisation->ratio = {{"reference", 1}, {"test", 1}};
    study.randomisation->method = "permuted_block";
    study.randomisation->blocks = {4};
    return study;
}

TrialPlan exposure_plan(const Design& design) {
    Column auc;
    auc.outcome = "AUC";
    auc.unit = "mg*h/L";
    return plan_trial(exposure_study(design), std::array{auc}, {});
}

// AUC = dose / CL with CL = 5 L/h exp(omega eta), dose 100 mg and 100 mg times the ratio
double exposure(const Design& design, std::int64_t twin, int arm) {
    const double eta = normal(random_key(20261122),
                              {.twin = twin, .purpose = Purpose::parameters, .occasion = 0, .draw = 0});
    return (arm == 1 ? 100 * design.dose_ratio : 100) / (5 * std::exp(design.omega * eta));
}

EndpointTable exposure_bank(const Design& design, const TrialPlan& plan, std::size_t n_twins) {
    EndpointTable bank(1, 2, n_twins);
    for (std::size_t twin = 0; twin < n_twins; ++twin) {
        for (const int arm : {0, 1}) {
            const double auc = exposure(design, static_cast<std::int64_t>(twin), arm);
            bank.set(0, static_cast<std::size_t>(arm), twin, plan.endpoints[0].evaluate(TwinStatus::ok, {&auc}));
        }
    }
    return bank;
}

// Every trial draws its own people, who are run in their own arm only.
void add_fresh_trials(const Design& design, const TrialPlan& plan, std::int64_t first, std::int64_t last,
                      bool with_null, OperatingSums& sums) {
    TrialSample sample = plan.empty_sample();
    const auto n = static_cast<std::int64_t>(sample.n_participants);
    for (std::int64_t trial = first; trial < last; ++trial) {
        randomise(plan, trial, sample.attribute, sample.arm);
        for (const Scenario scenario : {Scenario::as_randomised, Scenario::null}) {
            if (scenario == Scenario::null && !with_null) continue;
            for (std::size_t participant = 0; participant < sample.n_participants; ++participant) {
                const int arm = scenario == Scenario::null ? plan.control : sample.arm[participant];
                const double auc = exposure(design, 1'000'000 + trial * n + static_cast<std::int64_t>(participant), arm);
                sample.set_endpoint(0, participant, plan.endpoints[0].evaluate(TwinStatus::ok, {&auc}));
            }
            sums.add(sample, scenario);
        }
    }
}

OperatingCharacteristic fresh(const Design& design, std::int64_t n_trials, bool with_null) {
    const TrialPlan plan = exposure_plan(design);
    const OperatingPlan operating = plan_operating(plan, {exposure_bank(design, plan, 1000), {}});
    OperatingSums sums(plan, operating);
    add_fresh_trials(design, plan, 0, n_trials, with_null, sums);
    return summarise(plan, operating, sums, TrialMode::fresh).at(0);
}

TEST(OperatingCharacteristics, fresh_trials_have_the_exact_power_of_the_whole_chain) {
    struct Case {
        Design design;
        double power;
    };
    for (const Case& each : {Case{{.3, 1.25, 30}, .808616}, {{.3, 1.25, 40}, .907454}, {{.4, 1.5, 20}, .877692}}) {
        EXPECT_NEAR(t_test_power(each.design.n_per_arm, each.design.n_per_arm,
                                 std::log(each.design.dose_ratio) / each.design.omega, .05),
                    each.power, 5e-7);
        const OperatingCharacteristic found = fresh(each.design, 20000, false);
        EXPECT_EQ(found.trials, 20000);
        EXPECT_EQ(found.not_estimable, 0);
        EXPECT_NEAR(found.power.value, each.power, 4 * found.power.error);
        EXPECT_NEAR(found.power.error, std::sqrt(each.power * (1 - each.power) / 20000), 1e-4);
        EXPECT_NEAR(found.truth.difference, std::log(each.design.dose_ratio), 1e-13);
        EXPECT_NEAR(found.bias.value, 0, 4 * found.bias.error);
        EXPECT_NEAR(found.coverage.value, .95, 4 * found.coverage.error);
        // sd of a difference of two means of n normals
        const double error = each.design.omega * std::sqrt(2.0 / static_cast<double>(each.design.n_per_arm));
        EXPECT_NEAR(found.empirical_error.value, error, 4 * found.empirical_error.error);
        EXPECT_NEAR(found.model_error, error, 4 * found.empirical_error.error);
    }
}

TEST(OperatingCharacteristics, type_one_error_is_alpha_where_nothing_differs) {
    const OperatingCharacteristic equal = fresh({.3, 1.0, 30}, 20000, false);
    EXPECT_NEAR(equal.power.value, .05, 4 * std::sqrt(.05 * .95 / 20000));
    const OperatingCharacteristic null = fresh({.3, 1.25, 30}, 20000, true);
    EXPECT_EQ(null.null_trials, 20000);
    EXPECT_NEAR(null.type1.value, .05, 4 * std::sqrt(.05 * .95 / 20000));
}

// A bank of 20,000 adds its own error, stated beside the Monte Carlo error: their sum in quadrature bounds the miss.
TEST(OperatingCharacteristics, trials_from_a_bank_have_the_exact_power_within_both_errors) {
    const Design design{.3, 1.25, 30};
    const TrialPlan plan = exposure_plan(design);
    const EndpointTable bank = exposure_bank(design, plan, 20000);
    const OperatingPlan operating = plan_operating(plan, {bank, {}});
    OperatingSums sums(plan, operating);
    run_bank_trials(plan, {bank, {}}, 0, 20000, true, sums);
    const OperatingCharacteristic found = summarise(plan, operating, sums, TrialMode::bank).at(0);
    // Within a twin the difference is ln(1.25) exactly, so only the spread of the bank is left to err: sd / sqrt(2 N)
    // relative, times the slope of power in the effect size, .2 to .3 per 10 %: .005 * 2.5 = .0013 at most.
    EXPECT_NEAR(found.power_bank_error, 0, 1e-10);
    EXPECT_NEAR(found.power.value, .808616, 4 * std::hypot(found.power.error, .0013));
    EXPECT_NEAR(found.type1.value, .05, 4 * found.type1.error);
    EXPECT_NEAR(found.bias.value, 0, 4 * found.bias.error);
}

// trials.md: 90 % power at 235 per arm (d = .3) from an unpaired bank of 20,000: standard error .019; .006 with a correlation
// of .9 between a twin's arms; .003 from 10^6 unpaired twins.
TEST(OperatingCharacteristics, the_error_of_a_finite_bank_is_the_known_one) {
    struct Case {
        double correlation;
        double n_twins;
        double error;
    };
    for (const Case& each : {Case{0, 20000, .019}, {.9, 20000, .006}, {0, 1e6, .0027}}) {
        const double n = 235;
        const double sd_of_difference = std::sqrt(2 * (1 - each.correlation));
        const double slope = std::exp(-std::pow(z_critical(.2), 2) / 2) / std::sqrt(2 * M_PI);  // density at z of 90 %
        EXPECT_NEAR(slope * sd_of_difference / std::sqrt(each.n_twins) / std::sqrt(2 / n), each.error, .0005);
    }
    // and the code has it, for an unpaired bank: two independent normal values per twin, d = .3
    TrialPlan plan = exposure_plan({.3, 1.25, 235});
    EndpointTable bank(1, 2, 20000);
    const RandomKey key = random_key(3);
    for (std::size_t twin = 0; twin < bank.n_twins; ++twin) {
        for (std::size_t arm = 0; arm < 2; ++arm) {
            const double value = normal(key, {.twin = static_cast<std::int64_t>(twin),
                                              .draw = static_cast<std::uint32_t>(arm)}) +
                                 (arm == 1 ? .3 : 0);
            bank.set(0, arm, twin, {.value = value, .aval = value});
        }
    }
    const OperatingPlan operating = plan_operating(plan, {bank, {}});
    OperatingSums sums(plan, operating);
    run_bank_trials(plan, {bank, {}}, 0, 2000, false, sums);
    const OperatingCharacteristic found = summarise(plan, operating, sums, TrialMode::bank).at(0);
    EXPECT_NEAR(found.truth.standard_error, std::sqrt(2.0 / 20000), .0002);
    // The bank's own power strays from 90 % by about .019, and with it the slope by a seventh of itself.
    EXPECT_NEAR(found.power_bank_error, .019, 2 * .019 / 7);
    EXPECT_NEAR(found.power.value, .9, 4 * std::hypot(found.power_bank_error, found.power.error));
}

TEST(OperatingCharacteristics, sums_are_the_same_for_every_split_and_order_of_trials) {
    const Design design{.4, 1.5, 20};
    const TrialPlan plan = exposure_plan(design);
    const EndpointTable bank = exposure_bank(design, plan, 300);
    const OperatingPlan operating = plan_operating(plan, {bank, {}});
    OperatingSums whole(plan, operating);
    run_bank_trials(plan, {bank, {}}, 0, 500, true, whole);
    OperatingSums parts(plan, operating);
    for (const auto& [first, last] : {std::pair{321, 500}, {0, 7}, {7, 321}}) {
        OperatingSums part(plan, operating);
        run_bank_trials(plan, {bank, {}}, first, last, true, part);
        parts.merge(part.integers());
    }
    EXPECT_TRUE(std::ranges::equal(whole.integers(), parts.integers()));
    EXPECT_GT(whole.at(0, 1, Scenario::as_randomised).found_higher, 0);
}

TEST(OperatingCharacteristics, trials_that_cannot_be_analysed_are_counted_and_not_judged) {
    const Design design{.4, 1.5, 20};
    const TrialPlan plan = exposure_plan(design);
    EndpointTable bank = exposure_bank(design, plan, 100);
    for (std::size_t twin = 0; twin < 100; ++twin) bank.set(0, 0, twin, {.missing = Missing::twin_failed});
    const OperatingPlan operating = plan_operating(plan, {bank, {}});
    OperatingSums sums(plan, operating);
    run_bank_trials(plan, {bank, {}}, 0, 50, false, sums);
    const OperatingCharacteristic found = summarise(plan, operating, sums, TrialMode::bank).at(0);
    EXPECT_EQ(found.not_estimable, 50);
    EXPECT_TRUE(std::isnan(found.power.value));
    EXPECT_TRUE(std::isnan(found.truth.difference));
    EXPECT_EQ(found.truth.n_twins, 0);
}

}  // namespace
}  // namespace kohort::trial
