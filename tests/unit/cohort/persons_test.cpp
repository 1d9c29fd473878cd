#include "cohort/persons_table.hpp"

#include "describe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

namespace kohort::cohort {
namespace {

using namespace tests;
using ::testing::HasSubstr;

/// A CSV file that lives as long as the test.
class CsvFile {
public:
    explicit CsvFile(const std::string& text)
        : path_(std::filesystem::temp_directory_path() / ("kohort-persons-" + std::to_string(getpid()) + ".csv")) {
        std::ofstream(path_, std::ios::binary) << text;
    }
    ~CsvFile() { std::filesystem::remove(path_); }
    CsvFile(const CsvFile&) = delete;
    CsvFile& operator=(const CsvFile&) = delete;
    [[nodiscard]] std::string path() const { return path_.string(); }
    [[nodiscard]] PersonsTable read() const { return read_persons_csv(path()); }

private:
    std::filesystem::path path_;
};

std::string csv_refusal(const std::string& text) {
    const CsvFile file(text);
    return message_of([&] { (void)file.read(); });
}

constexpr const char*
    three = "id,age [year],sex,height [cm],smoker\nP1,40,female,165,0\nP2,50.5,male,1.8e2,1\nP3,+60,female,170,0\n";

TEST(Persons, columns_have_units_levels_and_values) {
    const PersonsTable table = CsvFile(three).read();
    EXPECT_EQ(table.size(), 3);
    EXPECT_EQ(table.id, (std::vector<std::string>{"P1", "P2", "P3"}));
    ASSERT_EQ(table.columns.size(), 4U);
    EXPECT_EQ(table.columns[0].unit, "year");
    EXPECT_EQ(table.columns[0].value, (std::vector{40.0, 50.5, 60.0}));
    EXPECT_EQ(table.columns[1].levels, (std::vector<std::string>{"female", "male"}));
    EXPECT_EQ(table.columns[1].value, (std::vector{0.0, 1.0, 0.0}));
    EXPECT_EQ(table.columns[2].value, (std::vector{165.0, 180.0, 170.0}));
    EXPECT_EQ(table.columns[3].unit, "1");
}

TEST(Persons, spreadsheet_habits_are_understood) {
    const PersonsTable
        table = CsvFile("\xef\xbb\xbf\"name, given\" , dose [mg]\r\n\"Ann \"\"A\"\" B\", 5\r\n\r\nBo,\t6 \r\n").read();
    EXPECT_EQ(table.columns[0].name, "name, given");
    EXPECT_EQ(table.columns[0].levels, (std::vector<std::string>{"Ann \"A\" B", "Bo"}));
    EXPECT_EQ(table.columns[1].value, (std::vector{5.0, 6.0}));
}

TEST(Persons, numbers_in_quotes_are_levels) {
    const PersonsTable table = CsvFile("group\n\"2\"\n\"1\"\n").read();
    EXPECT_EQ(table.columns[0].levels, (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(table.columns[0].value, (std::vector{1.0, 0.0}));
}

TEST(Persons, mistakes_are_reported_with_line_and_column) {
    EXPECT_THAT(csv_refusal(""), HasSubstr(".csv:1:1: the file is empty"));
    EXPECT_THAT(csv_refusal("age [year]\n"), HasSubstr(":1:1: there are no persons"));
    EXPECT_THAT(csv_refusal("age [year],sex\n40,f\n41\n"), HasSubstr(":3:1: this line has 1 cells, the header has 2"));
    EXPECT_THAT(csv_refusal("age [year],sex\n40,f\n\n41,\n"), HasSubstr(":4:4: the value of 'sex' is missing"));
    EXPECT_THAT(csv_refusal("age [year]\n40\nNA\n"), HasSubstr(":3:1: the value of 'age [year]' is missing"));
    EXPECT_THAT(csv_refusal("sex,age [year]\nf,40\nm,4O\n"),
                HasSubstr(":3:3: '4O' in column 'age' [year] is not a number"));
    EXPECT_THAT(csv_refusal("age [yaer]\n40\n"),
                HasSubstr(":1:1: unknown unit 'yaer'\n  remedy: did you mean 'year'?"));
    EXPECT_THAT(csv_refusal("sex,age [year\nf,40\n"), HasSubstr(":1:5: column 'age [year' has no ']'"));
    EXPECT_THAT(csv_refusal("a,a\n1,2\n"), HasSubstr(":1:3: column 'a' occurs twice"));
    EXPECT_THAT(csv_refusal("a,\n1,2\n"), HasSubstr("a column has no name"));
    EXPECT_THAT(csv_refusal("id,a\nP,1\nP,2\n"), HasSubstr(":3:1: the id 'P' occurs twice"));
    EXPECT_THAT(csv_refusal("a\n\"open\n"), HasSubstr(":2:1: a quoted cell does not end"));
    EXPECT_THAT(csv_refusal("a\n\"x\" y\n"), HasSubstr(":2:4: text follows a quoted cell"));
    EXPECT_THAT(message_of([] { (void)read_persons_csv("/no/such/persons.csv"); }),
                HasSubstr("/no/such/persons.csv: this file cannot be read"));
}

TEST(Persons, a_mistyped_number_does_not_turn_a_column_into_levels) {
    EXPECT_THAT(csv_refusal("stage\n1\n2\nl\n"),
                HasSubstr(":4:1: column 'stage' has numbers and text: '1' in line 2, 'l' here"));
}

Description from_table(const std::string& text, bool resample = false) {
    Description description;
    description.from = PersonsSource{std::make_shared<const PersonsTable>(CsvFile(text).read()), resample, line(2)};
    return description;
}

TEST(Persons, twin_k_is_row_k) {
    const auto cohort = make_cohort(from_table(three).formula("height_m", "height / 100", "m"), 1);
    EXPECT_EQ(cohort->size(), 3);
    EXPECT_EQ(cohort->attributes()[1].levels.size(), 2U);
    const Person person = cohort->describe(1);
    EXPECT_EQ(person.value, (std::vector{50.5, 1.0, 180.0, 1.0, 1.8}));
    EXPECT_EQ(person.attempts, 0);
    EXPECT_TRUE(person.plausible);
}

TEST(Persons, read_persons_outside_the_limits_are_implausible) {
    const auto cohort = make_cohort(from_table(three).limit("age", nullptr, "55 year"), 1);
    EXPECT_TRUE(cohort->describe(1).plausible);
    EXPECT_FALSE(cohort->describe(2).plausible);
}

TEST(Persons, read_persons_may_have_drawn_parameters) {
    const auto clearance = by("sex", {{"female", drawn(distribution("constant", {{"value", "4 L/h"}}))},
                                      {"male", drawn(distribution("constant", {{"value", "5 L/h"}}))}});
    const auto cohort = make_cohort(from_table(three).add("CL", clearance, Role::parameter), 1);
    EXPECT_EQ(values_of(*cohort, 4, 3), (std::vector{4.0, 5.0, 4.0}));
    EXPECT_EQ(cohort->describe(0).attempts, 1);
}

TEST(Persons, resampling_draws_every_row_equally_often) {
    const auto cohort = make_cohort(from_table(three, true), 1);
    EXPECT_EQ(cohort->size(), -1);
    std::map<double, int> count;
    constexpr int n = 9'000;
    for (const double age : values_of(*cohort, 0, n)) ++count[age];
    for (const auto& [age, times] : count) EXPECT_NEAR(times, n / 3.0, 4 * std::sqrt(n * 2.0 / 9)) << age;
    EXPECT_EQ(count.size(), 3U);
}

TEST(Persons, an_empirical_margin_draws_observed_values) {
    const CsvFile file("weight [kg]\n70\n80\n95\n60\n");
    Distribution observed;
    observed.kind = "empirical";
    observed.file = std::filesystem::path(file.path()).filename().string();
    observed.column = "weight";
    observed.numbers["max"] = {90000.0, "g", {}};
    Description description;
    description.folder = std::filesystem::path(file.path()).parent_path().string();
    description.add("weight", observed);
    const auto cohort = make_cohort(description, 1);
    EXPECT_EQ(cohort->attributes()[0].unit, "kg");
    std::map<double, int> count;
    constexpr int n = 9'000;
    for (const double weight : values_of(*cohort, 0, n)) ++count[weight];
    EXPECT_EQ(count.size(), 3U);
    for (const double weight : {60.0, 70.0, 80.0}) EXPECT_NEAR(count[weight], n / 3.0, 4 * std::sqrt(n * 2.0 / 9));
    description.attributes[0].recipe->distribution.column = "wieght";
    EXPECT_THAT(refusal(description), HasSubstr("has no column 'wieght'\n  remedy: did you mean 'weight'?"));
}

}  // namespace
}  // namespace kohort::cohort
