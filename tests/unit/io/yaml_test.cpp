// The strict reader: every case in tests/cases/yaml is a text and the message that it must get.
#include "io/yaml_tree.hpp"
#include "io/yaml_value.hpp"

#include <gtest/gtest.h>

namespace kohort::io {
namespace {

Value value_of(const std::string& text) {
    const Mapping map(Value(parse_yaml("key: " + text, "t.yaml"), ""), {"key"});
    return map.required("key");
}

std::string message_of(const std::string& text) {
    try {
        (void)parse_yaml(text, "t.yaml");
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Yaml, scalars_stay_as_written) {
    for (const std::string text : {"no", "F", "1e3", "010", "0x10", "1_000", "2026-11-22", "12:30", "~0", ".5", "yes"}) {
        EXPECT_EQ(value_of(text).text(), text);
    }
    EXPECT_EQ(value_of("'null'").text(), "null");
    EXPECT_EQ(value_of("  a \n  b").text(), "a b");
}

TEST(Yaml, numbers_are_decimal_and_whole_texts) {
    EXPECT_EQ(value_of("1e3").number(), 1000.0);
    EXPECT_EQ(value_of("-.5").number(), -0.5);
    EXPECT_EQ(value_of("+2").number(), 2.0);
    for (const char* text : {"1e3x", "0x10", "1,5", "inf", "nan", "1e999", "- 1", "+-1", "++1", "1 2"}) {
        EXPECT_THROW((void)value_of(text).number(), InputError) << text;
    }
    EXPECT_EQ(value_of("20000").integer(1), 20000);
    for (const char* text : {"2e4", "20000.0", "0", "99999999999999999999"}) {
        EXPECT_THROW((void)value_of(text).integer(1), InputError) << text;
    }
    EXPECT_EQ(value_of("18446744073709551615").seed(), 18446744073709551615ULL);
    EXPECT_THROW((void)value_of("-1").seed(), InputError);
}

TEST(Yaml, quantities_need_a_unit) {
    const Quantity dose = value_of("500 mg").quantity();
    EXPECT_EQ(dose.value, 500.0);
    EXPECT_EQ(dose.unit, "mg");
    EXPECT_EQ(dose.place.line, 1);
    EXPECT_EQ(dose.place.column, 6);
    EXPECT_THROW((void)value_of("500").quantity(), InputError);
    EXPECT_EQ(value_of("500").quantity_or_number().unit, "1");
    EXPECT_EQ(value_of("-5 %").quantity().value, -5.0);
    EXPECT_THROW((void)value_of("-1 h").time(), InputError);
    EXPECT_THROW((void)value_of("1 kg").time(), InputError);
    EXPECT_THROW((void)value_of("0 h").positive_time(), InputError);
}

TEST(Yaml, an_unknown_key_is_answered_with_the_nearest_known_one) {
    const YamlNodePtr tree = parse_yaml("name: x\n  \ntitel: y\n", "t.yaml");
    try {
        const Mapping map(Value(tree, ""), {"name", "title"});
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(error.place().line, 3);
        EXPECT_EQ(error.place().column, 1);
        EXPECT_NE(error.remedy().find("title"), std::string::npos);
    }
}

TEST(Yaml, an_alias_stands_for_its_section) {
    const YamlNodePtr tree = parse_yaml("a: &x [1, 2]\nb: *x\n", "t.yaml");
    EXPECT_EQ(tree->entries[1].value->items.size(), 2U);
    EXPECT_EQ(tree->size, 7U);
}

TEST(Yaml, an_alias_bomb_is_refused_before_it_grows) {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int level = 1; level < 12; ++level) {
        const std::string below = "*a" + std::to_string(level - 1);
        text += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + below;
        for (int copy = 1; copy < 10; ++copy) text += ", " + below;
        text += "]\n";
    }
    EXPECT_NE(message_of(text).find("following the aliases"), std::string::npos);
}

TEST(Yaml, deep_nesting_is_refused) {
    EXPECT_NE(message_of("a: " + std::string(100, '[') + std::string(100, ']')).find("deep"), std::string::npos);
    EXPECT_NE(message_of("a: " + std::string(100'000, '[')).find("bracket left open"), std::string::npos);
    EXPECT_NE(message_of(std::string(5'000, '{')).find("t.yaml"), std::string::npos);
}

TEST(Yaml, bytes_that_are_not_text_are_refused_with_their_place) {
    EXPECT_EQ(message_of("a: b\nc: \xff\n").substr(0, 10), "t.yaml:2:4");
    EXPECT_NE(message_of("\xff\xfe"
                         "a\0")
                  .find("UTF-16"),
              std::string::npos);
    EXPECT_NE(message_of("a: \xed\xa0\x80").find("not UTF-8"), std::string::npos);  // a surrogate
    EXPECT_NE(message_of("a: \xc0\xaf").find("not UTF-8"), std::string::npos);      // overlong
    EXPECT_NE(message_of(std::string("a: b\0c", 6)).find("control character"), std::string::npos);
    EXPECT_EQ(message_of("\xef\xbb\xbf"
                         "a: \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\r\n"),
              "no error");
}

TEST(Yaml, a_folder_a_missing_and_an_empty_file_each_get_their_own_message) {
    const auto message = [](const std::filesystem::path& path) {
        try {
            (void)read_yaml(path);
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string("no error");
    };
    EXPECT_NE(message(std::filesystem::temp_directory_path()).find("folder"), std::string::npos);
    EXPECT_NE(message("no/such/file.yaml").find("no such file"), std::string::npos);
    EXPECT_NE(message("/dev/null").find("not a regular file"), std::string::npos);
    EXPECT_NE(message_of("").find("empty"), std::string::npos);
    EXPECT_NE(message_of("# only words\n").find("nothing in this file"), std::string::npos);
}

}  // namespace
}  // namespace kohort::io
