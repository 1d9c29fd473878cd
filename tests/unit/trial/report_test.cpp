#include "trial/report.hpp"

#include "base/text_table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace kohort::trial {
namespace {

TEST(TextTable, aligns_numbers_to_the_right_and_names_to_the_left) {
    TextTable table;
    table.add_row({"arm", "n", "mean"});
    table.add_row({"placebo", "100", "-0.12"});
    table.add_row({"drug", "7", ""});
    EXPECT_EQ(table.text("  "),
              "  arm        n   mean\n"
              "  placebo  100  -0.12\n"
              "  drug       7\n");
}

TEST(KnownTo, shows_two_digits_of_the_error) {
    EXPECT_EQ(known_to(-5.1934, .2134), "-5.19");
    EXPECT_EQ(known_to(.808616, .002781), "0.8086");
    EXPECT_EQ(known_to(1234.56, 25), "1235");
    EXPECT_EQ(known_to(-.0001, .05), "0.000");
    EXPECT_EQ(known_to(71.35, 0), "71.35");
    EXPECT_EQ(known_to(std::nan(""), 1), "-");
    EXPECT_EQ(p_words(.03124), "0.0312");
    EXPECT_EQ(p_words(1e-7), "<0.0001");
}

/// A small trial of two arms with a continuous and a binary endpoint; twins 0-3 on placebo, 4-7 on drug.
struct Example {
    TrialStudy study;
    TrialPlan plan;
    BoundStudy bound{.trial = {{}, {}, {}, {}, 0},
                     .screening_run = {{}, {}, {}, {}, 0},
                     .screening = {},
                     .columns = {},
                     .held_inputs = {},
                     .visit_times = {},
                     .covariates_only = {},
                     .notes = {}};
    Enrolment enrolment;
    Bank bank{
        EndpointTable(2, 2, 8), {}, {std::vector<std::int64_t>(2 * FailureCounts::n_statuses, 0), 0}, 1234, 0, {}};
    std::optional<TrialResult> result;
    std::vector<OperatingCharacteristic> operating;

    Example() {
        study.name = "example";
        study.title = "Eight twins";
        study.seed = 7;
        study.operating_characteristics = OperatingCharacteristics{
            .trials = 100, .mode = "bank", .report = {"power", "bias"}, .place = {}};
        plan.arms = {"placebo", "drug"};
        plan.endpoints.resize(2);
        plan.endpoints[0].id = "weight_change";
        plan.endpoints[0].kind = EndpointPlan::Value::change;
        plan.endpoints[0].unit = "kg";
        plan.endpoints[0].at_visit.outcome = "weight";
        plan.endpoints[0].at_visit.visit = "week52";
        plan.endpoints[0].at_baseline = Column{};
        plan.endpoints[0].at_baseline->visit = "week0";
        plan.endpoints[1] = plan.endpoints[0];
        plan.endpoints[1].binary = true;
        plan.endpoints[1].at_most = -5;
        plan.analyses = {
            {.id = "weight", .endpoint = 0, .n_arms = 2, .covariates = {}},
            {.id = "responders", .endpoint = 1, .method = AnalysisMethod::difference_of_proportions, .n_arms = 2, .covariates = {}}};
        plan.randomisation = RandomisationPlan{.n = 8, .ratio = {1, 1}, .blocks = {}, .stratifiers = {}, .key = {}};
        TrialSample sample(2, 0, 8);
        for (std::size_t twin = 0; twin < 8; ++twin) {
            sample.arm[twin] = twin < 4 ? 0 : 1;
            const double change = static_cast<double>(twin % 4) - (twin < 4 ? 1.5 : 6.5);
            sample.value[twin] = change;
            sample.value[8 + twin] = change <= -5 ? 1 : 0;
        }
        sample.value[7] = sample.value[15] = std::numeric_limits<double>::quiet_NaN();
        result = TrialResult{.members = {0, 1, 2, 3, 4, 5, 6, 7}, .sample = sample, .analyses = {}};
        for (const AnalysisPlan& analysis : plan.analyses) result->analyses.push_back(analyse(analysis, sample));
        bound.screening.criteria = {{.words = "BMI 30 to 40 kg/m2"}};
        enrolment.counts = ScreeningCounts(1);
        for (int person = 0; person < 10; ++person)
            enrolment.counts.add({person < 8 ? Verdict::Kind::eligible : Verdict::Kind::missed_criterion, 0});
        operating = {{.analysis = 0,
                      .arm = 1,
                      .trials = 100,
                      .truth = {-5, .1, 8},
                      .power = {.87, .0336},
                      .power_bank_error = .02,
                      .mean_estimate = {-5.02, .05},
                      .bias = {-.02, .05}}};
    }
    [[nodiscard]] std::string text() const {
        return report_text({study, bound, plan, enrolment, bank, result, operating, 1.25, "example.h5"});
    }
};

// By hand: s^2 = 7 / 5, se = sqrt(1.4 (1/4 + 1/3)) = .9037, t = -6.086 with 5 df; z = 1.932, Wilson limits 0-.4899, .2077-.9385.
TEST(Report, reads_like_this) {
    EXPECT_EQ(Example().text(),
              R"(All 16 runs of twins succeeded.

example: Eight twins

Screened                              10
  did not meet: BMI 30 to 40 kg/m2     2
Eligible, and simulated in every arm   8
Randomised in one virtual trial        8

weight: change of weight from week0 to week52 [kg]
  t-test, pooled variance; each arm minus placebo
  arm      n  missing   mean  difference           95 % CI       p
  placebo  4        0   0.00   reference
  drug     3        1  -5.50       -5.50  (-7.82 to -3.18)  0.0017

responders: those with change of weight from week0 to week52 at most -5 kg
  difference of proportions, pooled z, Newcombe's interval; each arm minus placebo
  arm      n  missing    responders  difference, %         95 % CI       p
  placebo  4        0   0/4 (0.0 %)      reference
  drug     3        1  2/3 (66.7 %)           66.7  (-0.5 to 93.9)  0.0533

Over 100 trials drawn from these 8 twins (+- Monte Carlo standard error)
                         power  bank's error  true difference    mean estimate             bias
  weight, drug  0.870 +- 0.034         0.020           -5.000  -5.020 +- 0.050  -0.020 +- 0.050

NOTE: every trial takes more than half of the eligible twins, so power, bias and coverage are about these very people and less about others like them. Enrol more.

Seed 7, 1234 solver steps, 1.2 s. Results: example.h5
)");
}

TEST(Report, counts_participants_who_leave) {
    Example example;
    example.enrolment.twin_ids = {0, 1, 2, 3, 4, 5, 6, 7};
    example.study.duration = {52, "week", {}};
    example.study.dropout = Dropout{
        .rate = {}, .share = Quantity{1 - 1e-9, "1", {}}, .by = Quantity{1, "d", {}}, .place = {}};
    EXPECT_NE(example.text().find("left it before the end at 52 week    8\n"), std::string::npos) << example.text();
    example.study.dropout->share->value = 0;
    EXPECT_NE(example.text().find("left it before the end at 52 week    0\n"), std::string::npos);
}

TEST(Report, failed_twins_come_first) {
    Example example;
    example.bank.failures.count[0 * FailureCounts::n_statuses + 2] = 1;
    example.bank.failures.count[1 * FailureCounts::n_statuses + 4] = 2;
    example.bank.failures.twins = 2;
    EXPECT_TRUE(example.text().starts_with(R"(FAILED: 3 of 16 runs, in 2 of 8 twins. What they did not reach is missing below.
                           failed
  placebo, too many steps       1
  drug, not finite              2
  too many steps: more steps than)"))
        << example.text();
}

TEST(Report, gives_the_reason_where_there_is_no_effect) {
    Example example;
    example.result->analyses[0].effect[1] = Effect{
        .n_arm = 1, .n_reference = 4, .reason = "fewer than 2 values in an arm"};
    EXPECT_NE(example.text().find("fewer than 2 values in an arm"), std::string::npos);
    example.enrolment.counts = ScreeningCounts(1);
    for (int person = 0; person < 5; ++person) example.enrolment.counts.add({});
    EXPECT_NE(example.text().find("twins took part more than once"), std::string::npos);
}

TEST(Report, says_it_in_ratios_where_logarithms_were_compared) {
    Example example;
    example.plan.endpoints[0].ln = true;
    EXPECT_NE(example.text().find("ratio of geometric means"), std::string::npos);
    EXPECT_NE(example.text().find("0.0041 (0.0004 to 0.0417)"), std::string::npos) << example.text();
}

}  // namespace
}  // namespace kohort::trial
