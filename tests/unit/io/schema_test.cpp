// cohorts/study.schema.json, which editors use, knows the same keys as the reader, and accepts the studies that we ship.
#include "io/cohort_file.hpp"
#include "io/paths.hpp"
#include "io/study_keys.hpp"
#include "io/text_file.hpp"
#include "io/uncertainty_file.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <regex>
#include <set>

namespace kohort::io {
namespace {

using nlohmann::json;

json schema(const char* file = "cohorts/study.schema.json") { return json::parse(std::ifstream(file)); }
json uncertainty_schema() { return schema("cohorts/uncertainty.schema.json"); }

std::set<std::string> keys_of(const json& section) {
    std::set<std::string> keys;
    for (const auto& [key, value] : section["properties"].items()) keys.insert(key);
    return keys;
}

std::set<std::string> keys(KeyList known, KeyList more = {}) {
    std::set<std::string> all(known.begin(), known.end());
    all.insert(more.begin(), more.end());
    return all;
}

TEST(Schema, has_the_readers_keys_in_every_section) {
    const json root = schema();
    const json& part = root["$defs"];
    EXPECT_EQ(keys_of(root), keys(study_keys::study));
    EXPECT_EQ(keys_of(part["model"]), keys(study_keys::model));
    EXPECT_EQ(keys_of(part["solver"]), keys(study_keys::solver));
    EXPECT_EQ(keys_of(part["cohort"]), keys(study_keys::cohort, cohort_keys));
    EXPECT_EQ(keys_of(part["eligibility"]), keys(study_keys::eligibility));
    EXPECT_EQ(keys_of(part["limits"]), keys(study_keys::limits));
    EXPECT_EQ(keys_of(part["arm"]), keys(study_keys::arm));
    EXPECT_EQ(keys_of(part["dose"]), keys(study_keys::dose));
    EXPECT_EQ(keys_of(part["dosing_table"]), keys(study_keys::dosing_table));
    EXPECT_EQ(keys_of(part["adherence"]), keys(study_keys::adherence));
    EXPECT_EQ(keys_of(part["measurement_error"]), keys(study_keys::measurement_error));
    EXPECT_EQ(keys_of(part["dropout"]), keys(study_keys::dropout));
    EXPECT_EQ(keys_of(part["input_change"]), keys(study_keys::input_change));
    EXPECT_EQ(keys_of(part["visit"]), keys(study_keys::visit));
    EXPECT_EQ(keys_of(part["challenge"]), keys(study_keys::challenge));
    EXPECT_EQ(keys_of(part["outcome"]), keys(study_keys::outcome));
    EXPECT_EQ(keys_of(part["endpoint"]), keys(study_keys::endpoint));
    EXPECT_EQ(keys_of(part["randomisation"]), keys(study_keys::randomisation));
    EXPECT_EQ(keys_of(part["analysis"]), keys(study_keys::analysis));
    EXPECT_EQ(keys_of(part["operating_characteristics"]), keys(study_keys::operating_characteristics));
}

TEST(Schema, has_the_readers_keys_of_uncertainty_studies) {
    const json root = uncertainty_schema();
    const json& part = root["$defs"];
    EXPECT_EQ(keys_of(root), keys(study_keys::uncertainty));
    EXPECT_EQ(keys_of(part["model"]), keys(study_keys::model));
    EXPECT_EQ(keys_of(part["solver"]), keys(study_keys::solver));
    EXPECT_EQ(keys_of(part["entry"]), keys(study_keys::dose, study_keys::input_change));
    EXPECT_EQ(keys_of(part["outputs"]), keys(study_keys::outputs));
    EXPECT_EQ(keys_of(part["feature"]), keys(study_keys::output_feature));
    EXPECT_EQ(keys_of(part["design"]), keys(study_keys::design));
    EXPECT_EQ(keys_of(part["analysis"]), keys(study_keys::uncertainty_analysis));
    EXPECT_EQ(keys_of(part["analysis"]["properties"]["stop"]), keys(study_keys::stop));
}

/// What an editor's YAML reader makes of a file: numbers and truth values are recognised.
json as_editors_see(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::list) {
        json list = json::array();
        for (const YamlNodePtr& item : node.items) list.push_back(as_editors_see(*item));
        return list;
    }
    if (node.kind == YamlNode::Kind::map) {
        json map = json::object();
        for (const YamlEntry& entry : node.entries) map[entry.key] = as_editors_see(*entry.value);
        return map;
    }
    static const std::regex number(R"([-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?)");
    if (node.text == "true" || node.text == "false") return node.text == "true";
    if (!std::regex_match(node.text, number)) return node.text;
    return node.text.find_first_of(".eE") == std::string::npos ? json(std::stoll(node.text)) : json(std::stod(node.text));
}

/// The part of JSON Schema that our schema uses. Returns the path of the first violation, or nothing.
class Validator {
public:
    explicit Validator(json root) : root_(std::move(root)) {}

    [[nodiscard]] std::string violation(const json& value) const { return check(value, root_, "/"); }

private:
    [[nodiscard]] static bool has_type(const json& value, const std::string& type) {
        if (type == "object") return value.is_object();
        if (type == "array") return value.is_array();
        if (type == "string") return value.is_string();
        if (type == "boolean") return value.is_boolean();
        if (type == "integer") return value.is_number_integer();
        return type == "number" && value.is_number();
    }

    [[nodiscard]] static bool fits(const json& value, const json& rule) {
        if (rule.contains("type")) {
            const json types = rule["type"].is_array() ? rule["type"] : json::array({rule["type"]});
            if (std::none_of(types.begin(), types.end(), [&](const json& type) { return has_type(value, type); }))
                return false;
        }
        if (rule.contains("const") && rule["const"] != value) return false;
        if (rule.contains("enum") && std::find(rule["enum"].begin(), rule["enum"].end(), value) == rule["enum"].end())
            return false;
        if (value.is_number() && rule.contains("minimum") && value < rule["minimum"]) return false;
        if (value.is_number() && rule.contains("exclusiveMaximum") && value >= rule["exclusiveMaximum"]) return false;
        if (value.is_string() && rule.contains("pattern")) {
            return std::regex_search(value.get<std::string>(), std::regex(rule["pattern"].get<std::string>()));
        }
        return true;
    }

    [[nodiscard]] std::string check(const json& value, const json& rule, const std::string& path) const {
        if (rule.contains("$ref"))
            return check(value, root_.at(json::json_pointer(rule["$ref"].get<std::string>().substr(1))), path);
        if (!fits(value, rule)) return path;
        if (rule.contains("anyOf")) {
            const auto accepts = [&](const json& choice) { return check(value, choice, path).empty(); };
            if (std::none_of(rule["anyOf"].begin(), rule["anyOf"].end(), accepts)) return path;
        }
        if (value.is_array() && rule.contains("items")) {
            for (std::size_t index = 0; index < value.size(); ++index) {
                const std::string found = check(value[index], rule["items"], path + std::to_string(index) + "/");
                if (!found.empty()) return found;
            }
        }
        if (!value.is_object()) return {};
        for (const json& key : rule.value("required", json::array())) {
            if (!value.contains(key)) return path + key.get<std::string>();
        }
        for (const auto& [key, part] : value.items()) {
            const bool known = rule.contains("properties") && rule["properties"].contains(key);
            const json others = rule.value("additionalProperties", json(true));
            if (!known && others == json(false)) return path + key;
            const json& part_rule = known ? rule["properties"][key] : others;
            const std::string found = part_rule.is_object() ? check(part, part_rule, path + key + "/") : "";
            if (!found.empty()) return found;
        }
        return {};
    }

    json root_;
};

TEST(Schema, accepts_the_shipped_studies) {
    const Validator trials(schema());
    const Validator uncertainty(uncertainty_schema());
    std::vector<std::filesystem::path> files{"tests/cases/yaml/base.yaml"};
    for (const std::string& name : list_studies()) files.push_back(find_study(name));
    EXPECT_GE(files.size(), 3U);
    for (const auto& file : files) {
        const Validator& validator = schema_of(file) == uncertainty_schema_name ? uncertainty : trials;
        EXPECT_EQ(validator.violation(as_editors_see(*read_yaml(file))), "") << file;
    }
}

TEST(Schema, refuses_what_the_reader_refuses) {
    const Validator validator(schema());
    const std::string base = read_text_file("tests/cases/yaml/base.yaml", 100'000);
    const auto violation = [&](const std::string& find, const std::string& replace) {
        std::string text = base;
        text.replace(text.find(find), find.size(), replace);
        return validator.violation(as_editors_see(*parse_yaml(text, "t")));
    };
    EXPECT_EQ(violation("duration:", "duraton:"), "/duration");
    EXPECT_EQ(violation("title:", "titel:"), "/titel");
    EXPECT_EQ(violation("duration: 4 week", "duration: 4"), "/duration/");
    EXPECT_EQ(violation("role: control", "role: contrl"), "/arms/0/role/");
    EXPECT_EQ(violation("alpha: 0.05", "alpha: 5"), "/analyses/0/alpha/");
    EXPECT_EQ(violation("{id: end, at: 4 week}", "{id: end}"), "/visits/1/at");
}

}  // namespace
}  // namespace kohort::io
