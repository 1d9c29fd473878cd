// Reading a YAML tree with the types that a study needs. Every mistake is an InputError with its place.
//
//     const Mapping arm(value, {"id", "role", "dosing"});   // any other key is refused, with the nearest known one
//     const std::string id = arm.required("id").id();
//     if (const auto role = arm.optional("role")) control = role->one_of({"control", "experimental"}) == "control";
#pragma once

#include "base/mistakes.hpp"
#include "base/quantity.hpp"
#include "io/yaml_tree.hpp"

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kohort::io {

using KeyList = std::span<const std::string_view>;

/// One value of the file; path is what messages call it: "arms[1].dosing[0].amt".
class Value {
public:
    Value(YamlNodePtr node, std::string path) : node_(std::move(node)), path_(std::move(path)) {}

    [[nodiscard]] const Place& place() const { return node_->place; }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] bool is_scalar() const { return node_->kind == YamlNode::Kind::scalar; }
    [[nodiscard]] bool is_list() const { return node_->kind == YamlNode::Kind::list; }
    [[nodiscard]] bool is_map() const { return node_->kind == YamlNode::Kind::map; }
    [[nodiscard]] const YamlNode& node() const { return *node_; }

    /// Any text that is not empty.
    [[nodiscard]] std::string text() const;
    /// An identifier of the study, also a name in result files: a letter, then letters, digits, _ and -.
    [[nodiscard]] std::string id() const;
    /// A name that the model or the cohort gave: one word.
    [[nodiscard]] std::string symbol() const;
    /// One of the words.
    [[nodiscard]] std::string one_of(std::initializer_list<std::string_view> words) const;
    /// A finite number without unit.
    [[nodiscard]] double number() const;
    /// A whole number within limits; 1e6 and 1 000 are not whole numbers, 1000000 is.
    [[nodiscard]] std::int64_t integer(std::int64_t least, std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
    /// A whole number up to 2^64 - 1.
    [[nodiscard]] std::uint64_t seed() const;
    /// true or false, in these words only.
    [[nodiscard]] bool boolean() const;
    /// A number with a unit: "500 mg".
    [[nodiscard]] Quantity quantity() const;
    /// A number with a unit, or without: the unit is then "1", and whoever knows the model says if that will do.
    [[nodiscard]] Quantity quantity_or_number() const;
    /// A point in time or a duration, with a unit of time; not negative.
    [[nodiscard]] Quantity time() const;
    /// The same; not zero either.
    [[nodiscard]] Quantity positive_time() const;
    /// The items of a list.
    [[nodiscard]] std::vector<Value> list() const;
    /// The symbols of a list.
    [[nodiscard]] std::vector<std::string> symbols() const;

    [[noreturn]] void refuse(std::string problem, std::string remedy = {}) const;

private:
    [[nodiscard]] const std::string& scalar(std::string_view wanted) const;

    YamlNodePtr node_;
    std::string path_;
};

/// A map whose keys are known. It refuses any other key at once.
class Mapping {
public:
    Mapping(Value value, KeyList known);
    Mapping(Value value, std::initializer_list<std::string_view> known)
        : Mapping(std::move(value), KeyList(known.begin(), known.size())) {}

    [[nodiscard]] const Place& place() const { return value_.place(); }
    /// The key's value; a missing key is an error.
    [[nodiscard]] Value required(std::string_view key) const;
    /// The key's value, or nothing when the key is absent. A key without value is an error.
    [[nodiscard]] std::optional<Value> optional(std::string_view key) const;
    [[nodiscard]] bool has(std::string_view key) const { return optional(key).has_value(); }
    /// Place of the key, or of the map if the key is absent.
    [[nodiscard]] Place place_of(std::string_view key) const;

    [[noreturn]] void refuse(std::string problem, std::string remedy = {}) const {
        value_.refuse(std::move(problem), std::move(remedy));
    }

private:
    Value value_;
    std::vector<std::string> known_;
};

/// Every item of a list as read_one understands it; the mistakes of all items are told at once.
template <class ReadOne>
[[nodiscard]] auto read_list(const Value& value, ReadOne&& read_one) {
    std::vector<decltype(read_one(value))> items;
    Mistakes mistakes;
    for (const Value& item : value.list()) mistakes.attempt([&] { items.push_back(read_one(item)); });
    mistakes.throw_if_any();
    return items;
}

/// The same, or nothing where there is no list.
template <class ReadOne>
[[nodiscard]] auto read_list(const std::optional<Value>& value, ReadOne&& read_one) {
    return value ? read_list(*value, read_one) : decltype(read_list(*value, read_one)){};
}

struct NamedValue {
    std::string name;
    Place place;  // of the name
    Value value;
};

/// A map whose keys the user chooses, such as parameters; in the order of the file.
[[nodiscard]] std::vector<NamedValue> named_values(const Value& value);

}  // namespace kohort::io
