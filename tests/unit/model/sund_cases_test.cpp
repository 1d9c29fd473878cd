// The grammar, fact by fact: the texts in tests/cases/sund.
#include "base/text.hpp"
#include "model/evaluate.hpp"
#include "model/symbols.hpp"
#include "sund_text_for_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <vector>

namespace kohort::model {
namespace {

struct Case {
    std::string name;
    int line = 0;  // in the file of cases
    std::vector<std::string> expectations;
    std::string text;
};

std::vector<Case> read_cases(const std::string& file) {
    std::ifstream stream(file);
    std::vector<Case> cases;
    bool in_text = false;
    int number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        if (line.starts_with("==== ")) {
            cases.push_back({.name = line.substr(5), .line = number, .expectations = {}, .text = {}});
            in_text = false;
        } else if (cases.empty()) {
            continue;
        } else if (line == "---") {
            in_text = true;
        } else if (in_text) {
            cases.back().text += line + "\n";
        } else {
            cases.back().expectations.push_back(line);
        }
    }
    return cases;
}

TEST(SundCases, what_is_refused_is_refused_with_place_reason_and_remedy) {
    const std::vector<Case> cases = read_cases("tests/cases/sund/refused.txt");
    ASSERT_GT(cases.size(), 50U);
    for (const Case& refused : cases) {
        SCOPED_TRACE("refused.txt:" + std::to_string(refused.line) + ": " + refused.name);
        ASSERT_FALSE(refused.expectations.empty());
        try {
            const Model model = read_part(refused.text);
            ADD_FAILURE() << "was read";
        } catch (const InputError& error) {
            EXPECT_EQ(error.place().file, "model.txt");
            for (const std::string& expected : refused.expectations)
                EXPECT_THAT(error.what(), testing::HasSubstr(expected));
        }
    }
}

// Splits "value of NAME is EXPECTED".
struct Statement {
    std::string about;
    std::string name;
    std::string expected;
};

Statement read_statement(const std::string& line) {
    const std::size_t is = line.rfind(" is ");
    std::string name = line.substr(0, is);
    const std::string expected(trim(line.substr(std::min(line.size(), is + 4))));
    for (const std::string about : {"rate of ", "initial ", "unit of ", "meaning of ", "condition of "}) {
        if (name.starts_with(about)) return {about, name.substr(about.size()), expected};
    }
    return {"", name, expected};
}

class ReadModel {
public:
    explicit ReadModel(Model model) : model_(std::move(model)) {
        for (const Parameter& parameter : model_.parameters) parameters_.push_back(parameter.value);
        for (const Input& input : model_.inputs) inputs_.push_back(input.default_value.value_or(NAN));
        for (const State& state : model_.states) states_.push_back(value(state.initial));
    }

    void check(const std::string& line) {
        if (line.starts_with("remark ")) {
            EXPECT_THAT(model_.remarks, testing::Contains(testing::HasSubstr(line.substr(7))));
            return;
        }
        const auto [about, name, expected] = read_statement(line);
        if (about == "unit of ") {
            EXPECT_EQ(note_of(model_, find_symbol(model_, name)).unit, expected);
        } else if (about == "meaning of ") {
            EXPECT_EQ(note_of(model_, find_symbol(model_, name)).meaning, expected);
        } else {
            EXPECT_EQ(value(node(about, name)), std::stod(expected)) << line;
        }
    }

private:
    NodeId node(const std::string& about, const std::string& name) {
        if (about == "rate of ") return model_.states[find_state(model_, name)].rate;
        if (about == "initial ") return model_.states[find_state(model_, name)].initial;
        if (about.empty()) return node_of(model_, find_symbol(model_, name));
        const auto event = std::find_if(model_.events.begin(), model_.events.end(),
                                        [&](const Event& e) { return e.name == name; });
        return event->condition;
    }

    [[nodiscard]] double value(NodeId id) const {
        return evaluate(model_.graph, id, {.time = 2.0, .states = states_, .parameters = parameters_, .inputs = inputs_});
    }

    Model model_;
    std::vector<double> states_;
    std::vector<double> parameters_;
    std::vector<double> inputs_;
};

TEST(SundCases, what_is_read_means_what_it_says) {
    const std::vector<Case> cases = read_cases("tests/cases/sund/read.txt");
    ASSERT_GT(cases.size(), 25U);
    for (const Case& read : cases) {
        SCOPED_TRACE("read.txt:" + std::to_string(read.line) + ": " + read.name);
        ASSERT_FALSE(read.expectations.empty());
        try {
            ReadModel model(read_part(read.text));
            for (const std::string& line : read.expectations) model.check(line);
        } catch (const InputError& error) {
            ADD_FAILURE() << error.what();
        }
    }
}

}  // namespace
}  // namespace kohort::model
