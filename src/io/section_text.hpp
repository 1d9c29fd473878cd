// Parts of canonical texts that all kinds of study share: quantities, the model, doses and inputs, attributes of people.
#pragma once

#include "cohort/description.hpp"
#include "trial/study.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kohort::io {

using plain_json = nlohmann::json;  // keys sorted
// Levels, attributes and correlations are drawn in their order, which is therefore part of the study. JSON objects
// have no order that every reader keeps, so their position is written where it matters.
using ordered_json = nlohmann::ordered_json;

[[nodiscard]] plain_json text_of(const Quantity& quantity);
[[nodiscard]] plain_json text_of(const std::map<std::string, Quantity>& quantities);
[[nodiscard]] plain_json text_of(const std::vector<Quantity>& quantities);

/// Writes a key only where there is something to say.
void add(plain_json& section, const char* key, const std::optional<Quantity>& quantity);
void add(plain_json& section, const char* key, const std::string& text);
void add(plain_json& section, const char* key, plain_json value);

template <class Item>
plain_json list_of(const std::vector<Item>& items, plain_json (*one)(const Item&)) {
    plain_json list = plain_json::array();
    for (const Item& item : items) list.push_back(one(item));
    return list;
}

[[nodiscard]] plain_json model_text(const trial::ModelChoice& model);
[[nodiscard]] plain_json dose_text(const trial::Dose& dose);
[[nodiscard]] plain_json input_text(const trial::InputChange& change);

/// Where files of the cohort are, and where the names that are written start.
struct Folders {
    std::filesystem::path cohort;
    std::filesystem::path study;
};

void add_file(ordered_json& section, const std::filesystem::path& file, const Folders& folders);
[[nodiscard]] ordered_json attribute_text(const cohort::AttributeDescription& attribute, const Folders& folders);

}  // namespace kohort::io
