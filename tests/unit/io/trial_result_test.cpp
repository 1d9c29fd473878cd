// A trial's numbers, planted and found again under the names that users know.
#include "io/trial_result.hpp"

#include "io/result_reader.hpp"
#include "study_files.hpp"

#include <map>

namespace kohort::io {
namespace {

using namespace trial;

constexpr std::size_t n_columns = 5;
constexpr std::size_t n_arms = 2;

/// What the twin at a position of the bank gives for a column in an arm; different everywhere.
double planted(std::size_t column, std::size_t arm, std::int64_t member) {
    return 100.0 * static_cast<double>(column + 1) + 10.0 * static_cast<double>(arm) + static_cast<double>(member) / 7.0;
}

class TrialResultFileTest : public StudyFiles {
protected:
    TrialResultFileTest() : file(read_study(cases / "base.yaml")) {
        columns = {column("weight", "start", "kg"), column("weight", "end", "kg"), column("area", "start", "mg*h/dL"),
                   column("area", "end", "mg*h/dL"), column("high", "", "h")};
        attributes = {{.name = "sex", .unit = "1", .levels = {"female", "male"}, .role = {}, .place = {}},
                      {.name = "age", .unit = "year", .levels = {}, .role = {}, .place = {}}};
        plan = plan_trial(file.study, columns, attributes);
        for (std::int64_t member = 0; member < n_members; ++member)
            twin_ids.push_back(3 * member + 1);  // the others were not eligible
    }

    static Column column(std::string outcome, std::string visit, std::string unit) {
        return {.outcome = std::move(outcome),
                .visit = std::move(visit),
                .unit = std::move(unit),
                .feature = 0,
                .origin = 0.0,
                .convert = {},
                .measuring = {}};
    }

    [[nodiscard]] TrialResultInfo info() const { return {file, plan, columns, twin_ids, "d", "abc", "0.1"}; }

    [[nodiscard]] static BankChunk chunk(std::int64_t first, std::int64_t count) {
        BankChunk chunk;
        chunk.first = first;
        chunk.count = count;
        const auto row = [&](std::vector<double>& array, auto&& number) {
            for (std::int64_t member = first; member < first + count; ++member) array.push_back(number(member));
        };
        row(chunk.attribute, [](std::int64_t member) { return static_cast<double>(member % 2); });
        row(chunk.attribute, [](std::int64_t member) { return 20.0 + static_cast<double>(member); });
        row(chunk.attempts, [](std::int64_t member) { return static_cast<double>(1 + member % 3); });
        for (std::size_t column = 0; column < n_columns; ++column) {
            for (std::size_t arm = 0; arm < n_arms; ++arm)
                row(chunk.measured, [&](std::int64_t member) { return planted(column, arm, member); });
        }
        for (std::size_t arm = 0; arm < n_arms; ++arm) {
            row(chunk.status, [&](std::int64_t member) { return arm == 1 && member == 5 ? 3.0 : 0.0; });
            row(chunk.final_time, [&](std::int64_t) { return 28.0; });
            row(chunk.steps, [&](std::int64_t member) { return 1000.0 + static_cast<double>(member); });
        }
        return chunk;
    }

    static constexpr std::int64_t n_members = 40;
    TemporaryFolder folder;
    StudyFile file;
    std::vector<Column> columns;
    std::vector<cohort::Attribute> attributes;
    TrialPlan plan;
    std::vector<std::int64_t> twin_ids;
};

TEST_F(TrialResultFileTest, every_planted_number_is_found_under_its_name) {
    EndpointTable endpoints(plan.endpoints.size(), n_arms, n_members);
    std::vector<double> attribute;
    for (std::int64_t member = 0; member < n_members; ++member) attribute.push_back(static_cast<double>(member % 2));
    for (std::int64_t member = 0; member < n_members; ++member) attribute.push_back(20.0 + static_cast<double>(member));
    for (std::size_t member = 0; member < n_members; ++member) {
        for (std::size_t arm = 0; arm < n_arms; ++arm) {
            const double loss = -static_cast<double>(arm) + 0.1 * static_cast<double>(member % 7);
            endpoints.set(0, arm, member,
                          {.value = loss, .aval = 80.0, .base = 90.0 + 0.3 * static_cast<double>(member % 5)});
            endpoints.set(1, arm, member, {.value = arm == 1 && member % 2 == 0 ? 1.0 : 0.0, .aval = 80.0, .base = 90.0});
        }
    }
    const std::optional<TrialResult> result = run_trial(plan, {endpoints, attribute}, 0);
    ScreeningCounts screening(1);
    screening.add({Verdict::Kind::eligible, 0});
    screening.add({Verdict::Kind::missed_criterion, 0});
    const std::vector<BoundCriterion> criteria{{.words = "age 18 to 70 year"}};
    const FailureCounts failures{std::vector<std::int64_t>(n_arms * FailureCounts::n_statuses, 0), 1};
    std::vector<OperatingCharacteristic> operating(1);
    operating[0].arm = 1;
    operating[0].trials = 1000;
    operating[0].power = {0.9, 0.01};

    TrialResultFile writer(MPI_COMM_WORLD, folder / "t.h5", false, info());
    writer.store(chunk(16, 24));
    writer.store(chunk(0, 0));
    writer.store(chunk(0, 16));
    writer.close({screening, criteria, failures, result, operating});

    const ResultReader reader(folder / "t.h5");
    EXPECT_TRUE(reader.problems().empty());
    EXPECT_EQ(reader.text("seed"), "7");
    EXPECT_EQ(parse_study(reader.text("study"), "inside", cases).sha256, file.sha256);
    std::map<std::string, TwinNumber> numbers;
    for (const TwinNumber& number : reader.twin(16)) numbers[number.name] = number;  // member 5 of the bank
    EXPECT_EQ(numbers.at("/outcomes/weight[none,end]").value, planted(1, 0, 5));
    EXPECT_EQ(numbers.at("/outcomes/weight[drug,start]").value, planted(0, 1, 5));
    EXPECT_EQ(numbers.at("/outcomes/area[drug,end]").value, planted(3, 1, 5));
    EXPECT_EQ(numbers.at("/outcomes/area[drug,end]").unit, "mg*h/dL");
    EXPECT_EQ(numbers.at("/outcomes/high[none]").value, planted(4, 0, 5));
    EXPECT_EQ(numbers.at("/runs/status[drug]").value, 3.0);
    EXPECT_EQ(numbers.at("/runs/status[none]").value, 0.0);
    EXPECT_EQ(numbers.at("/runs/steps[none]").value, 1005.0);
    EXPECT_EQ(numbers.at("/runs/status_time[drug]").unit, "d");
    EXPECT_EQ(numbers.at("/twins/age").value, 25.0);
    EXPECT_EQ(numbers.at("/twins/sex").value, 1.0);
    EXPECT_EQ(numbers.at("/twins/attempts").value, 3.0);

    const h5::Handle hdf5 = h5::open_to_read(folder / "t.h5");
    const auto all = [&](const char* name) {
        return h5::read_numbers(h5::Handle(H5Dopen2(hdf5, name, H5P_DEFAULT), name));
    };
    const auto texts = [&](const char* name) {
        return h5::read_strings(h5::Handle(H5Dopen2(hdf5, name, H5P_DEFAULT), name));
    };
    EXPECT_EQ(texts("/analyses/comparison"), (std::vector<std::string>{"primary: drug - none", "second: drug - none"}));
    EXPECT_EQ(all("/analyses/estimate")[0], result->analyses[0].effect[1].estimate);
    EXPECT_LT(all("/analyses/p_value")[0], 0.01);
    EXPECT_EQ(texts("/analyses/unit"), (std::vector<std::string>{"kg", "1"}));
    EXPECT_EQ(texts("/analyses/reason"), (std::vector<std::string>{"", ""}));
    EXPECT_EQ(all("/trial/participant").size(), 20U);
    EXPECT_EQ(all("/trial/loss"), std::vector<double>(result->sample.value.begin(), result->sample.value.begin() + 20));
    EXPECT_EQ(texts("/screening/reason").back(), "age 18 to 70 year");
    EXPECT_EQ(all("/screening/people"), (std::vector<double>{1, 0, 0, 1}));
    EXPECT_EQ(all("/operating_characteristics/power"), (std::vector<double>{0.9}));
    EXPECT_EQ(all("/operating_characteristics/power_error"), (std::vector<double>{0.01}));
}

}  // namespace
}  // namespace kohort::io
