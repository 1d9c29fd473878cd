// Study files: tests/cases/yaml/base.yaml is right, every change in mistakes.txt is answered as it says there.
#include "io/study_file.hpp"
#include "io/uncertainty_file.hpp"

#include "base/sha256.hpp"
#include "io/paths.hpp"
#include "io/text_file.hpp"
#include "study_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace kohort::io {
namespace {

namespace fs = std::filesystem;

struct Case {
    std::string title, find, replace, message, remedy;
};

std::vector<Case> read_cases() {
    std::ifstream stream(cases / "mistakes.txt");
    std::vector<Case> found;
    const auto append = [](std::string& text, const std::string& line) { text += (text.empty() ? "" : "\n") + line; };
    for (std::string line; std::getline(stream, line);) {
        if (line.size() < 2) continue;
        const std::string rest = line.substr(2);
        if (line.starts_with("= "))
            found.push_back({rest, "", "", "", ""});
        else if (found.empty())
            continue;
        else if (line.starts_with("- "))
            append(found.back().find, rest);
        else if (line.starts_with("+ "))
            append(found.back().replace, rest);
        else if (line.starts_with("! "))
            found.back().message = rest;
        else if (line.starts_with("? "))
            found.back().remedy = rest;
    }
    return found;
}

TEST_F(StudyFiles, every_mistake_gets_its_place_reason_and_remedy) {
    const std::string base = read_text_file(cases / "base.yaml", 100'000);
    const std::vector<Case> all = read_cases();
    EXPECT_GT(all.size(), 50U);
    for (const Case& one : all) {
        SCOPED_TRACE(one.title);
        const std::size_t at = base.find(one.find);
        ASSERT_NE(at, std::string::npos);
        std::string text = base;
        text.replace(at, one.find.size(), one.replace);
        try {
            (void)parse_study(text, "base.yaml", cases);
            ADD_FAILURE() << "accepted";
        } catch (const InputError& error) {
            EXPECT_NE(std::string(error.what()).find(one.message), std::string::npos) << error.what();
            EXPECT_NE(error.remedy().find(one.remedy), std::string::npos) << error.what();
        }
    }
}

TEST_F(StudyFiles, a_study_is_read_as_written) {
    const StudyFile file = read_study(cases / "base.yaml");
    const trial::TrialStudy& study = file.study;
    EXPECT_EQ(study.name, "base");
    EXPECT_EQ(study.seed, 7U);
    EXPECT_EQ(study.model.solver.rtol, 1e-6);
    EXPECT_TRUE(study.model.prepare_steady_state);
    EXPECT_EQ(study.model.parameters.at("k").unit, "1/h");
    ASSERT_EQ(study.arms.size(), 2U);
    EXPECT_TRUE(study.arms[0].control);
    EXPECT_FALSE(study.arms[1].control);
    EXPECT_EQ(study.arms[1].dosing.at(0).additional, 3);
    EXPECT_EQ(study.arms[1].dosing.at(0).interval->value, 12.0);
    EXPECT_EQ(study.challenges.at(0).inputs.at(0).lasting->unit, "min");
    EXPECT_EQ(study.outcomes.at(2).threshold->unit, "mg/dL");
    EXPECT_EQ(study.endpoints.at(1).at_most->value, -5.0);
    EXPECT_EQ(study.randomisation->blocks, (std::vector<int>{2, 4}));
    EXPECT_EQ(study.analyses.at(0).covariates, (std::vector<std::string>{"baseline", "age"}));
    EXPECT_EQ(study.operating_characteristics->trials, 1000);
    EXPECT_EQ(study.cohort.persons, 100);
    ASSERT_EQ(file.cohort.attributes.size(), 2U);
    EXPECT_EQ(file.cohort.attributes[0].recipe->distribution.levels.at(1).name, "male");
    EXPECT_EQ(file.cohort.attributes[1].recipe->distribution.numbers.at("high").value, 80.0);
    EXPECT_EQ(file.model_path.filename(), "some-model.txt");
}

TEST_F(StudyFiles, the_canonical_text_reads_back_to_itself) {
    const StudyFile first = read_study(cases / "base.yaml");
    const StudyFile again = parse_study(first.study.canonical_text, "canonical", cases);
    EXPECT_EQ(again.study.canonical_text, first.study.canonical_text);
    EXPECT_EQ(first.sha256, sha256_hex(first.study.canonical_text));
}

TEST_F(StudyFiles, a_study_may_add_to_the_cohort_that_it_uses) {
    const TemporaryFolder folder;
    fs::create_directories(folder / "people");
    std::ofstream(folder / "people/cohort.yaml") << "schema: kohort-cohort/1\n"
                                                    "covariates: {age: {dist: uniform, low: 18 year, high: 80 year}}\n"
                                                    "variability: {KA: {dist: lognormal, median: 1, omega: 0.3}}\n";
    std::ofstream(folder / "measured.csv") << "id,CL [L/h]\n1,5\n2,6\n";
    const std::string text =
        "schema: kohort-trial/1\nname: s\nseed: 1\nmodel: {use: some-model}\nduration: 1 d\n"
        "arms: [{id: a, role: control}]\n"
        "cohort: {file: people/cohort.yaml, persons: 10, parameters: {CL: {dist: empirical, file: measured.csv, "
        "column: CL}}}\n";
    const StudyFile file = parse_study(text, "s.yaml", folder / "");
    ASSERT_EQ(file.cohort.attributes.size(), 3U);
    EXPECT_EQ(file.cohort.attributes[0].name, "age");
    EXPECT_EQ(file.cohort.attributes[1].name, "CL");  // a parameter: before the factors
    EXPECT_EQ(file.cohort.attributes[2].name, "KA");
    EXPECT_TRUE(fs::exists(fs::path(file.cohort.folder) / file.cohort.attributes[1].recipe->distribution.file));
    const StudyFile again = parse_study(file.study.canonical_text, "canonical", folder / "");
    EXPECT_EQ(again.sha256, file.sha256);
    std::ofstream(folder / "measured.csv", std::ios::app) << "3,7\n";
    EXPECT_NE(parse_study(text, "s.yaml", folder / "").sha256, file.sha256);  // what files hold is part of the study
    EXPECT_THROW((void)parse_study(file.study.canonical_text, "canonical", folder / ""), InputError);
}

TEST_F(StudyFiles, comments_order_and_defaults_do_not_change_the_hash_but_values_do) {
    const std::string base = read_text_file(cases / "base.yaml", 100'000);
    const auto hash = [&](std::string find, const std::string& replace) {
        std::string text = base;
        text.replace(text.find(find), find.size(), replace);
        return parse_study(text, "t", cases).sha256;
    };
    const std::string plain = hash("seed: 7", "seed: 7");
    EXPECT_EQ(hash("seed: 7", "seed: 7  # lucky"), plain);
    EXPECT_EQ(hash("{method: rodas4, rtol: 1e-6, atol: 1e-9}", "{atol: 0.000000001}"), plain);
    EXPECT_EQ(hash(", reference: none, alpha: 0.05", ", alpha: 0.050, reference: none"), plain);
    EXPECT_EQ(hash("amt: 10 mg", "amt: 10.0 mg"), plain);
    EXPECT_NE(hash("seed: 7", "seed: 8"), plain);
    EXPECT_NE(hash("high: 80 year", "high: 81 year"), plain);
}

TEST(ShippedStudies, can_be_read_and_read_back) {
    const std::vector<std::string> names = list_studies();
    EXPECT_GE(names.size(), 2U);
    for (const std::string& name : names) {
        const fs::path path = find_study(name);
        SCOPED_TRACE(path);
        if (schema_of(path) == uncertainty_schema_name) {
            const UncertaintyFile file = read_uncertainty(path);
            EXPECT_EQ(file.base.name, name);
            EXPECT_EQ(parse_uncertainty(file.canonical_text, "canonical", path.parent_path()).sha256, file.sha256);
            continue;
        }
        const StudyFile file = read_study(path);
        EXPECT_EQ(file.study.name, name);
        EXPECT_EQ(parse_study(file.study.canonical_text, "canonical", path.parent_path()).sha256, file.sha256);
    }
}

TEST(ShippedThings, are_found_by_name_and_missed_with_a_suggestion) {
    const std::vector<std::string> models = list_models();
    EXPECT_NE(std::find(models.begin(), models.end(), "m4-hybrid"), models.end());
    EXPECT_TRUE(fs::exists(find_model("m4-hybrid")));
    EXPECT_EQ(find_cohort("adults").filename(), "cohort.yaml");
    try {
        (void)find_cohort("adult");
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(error.remedy().find("adults"), std::string::npos);
    }
}

}  // namespace
}  // namespace kohort::io
