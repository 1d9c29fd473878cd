#include "io/yaml_value.hpp"

#include "base/mistakes.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

namespace kohort::io {
namespace {

using Kind = YamlNode::Kind;

const char* words_of(Kind kind) {
    switch (kind) {
        case Kind::empty: return "nothing";
        case Kind::scalar: return "a single value";
        case Kind::list: return "a list";
        case Kind::map: return "a section with keys";
    }
    return "something else";
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_id_character(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

/// "a, b or c"
template <class Words>
std::string joined(const Words& words) {
    std::string text;
    std::size_t index = 0;
    for (const std::string_view word : words) {
        if (index > 0) text += index + 1 == words.size() ? " or " : ", ";
        text += word;
        ++index;
    }
    return text;
}

/// All of text as a number, or nothing.
template <class Number>
std::optional<Number> whole_text_as(std::string_view text) {
    if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

void Value::refuse(std::string problem, std::string remedy) const {
    throw InputError(place(), path_.empty() ? std::move(problem) : path_ + ": " + problem, std::move(remedy));
}

const std::string& Value::scalar(std::string_view wanted) const {
    if (!is_scalar())
        refuse("found " + std::string(words_of(node_->kind)) + ", expected " + std::string(wanted),
               "write it on this line, after the colon");
    if (node_->text.empty())
        refuse("found an empty text, expected " + std::string(wanted), "write it between the quotes");
    return node_->text;
}

std::string Value::text() const { return scalar("a text"); }

std::string Value::id() const {
    const std::string& text = scalar("a name");
    if (!is_letter(text.front()) || !std::all_of(text.begin(), text.end(), is_id_character)) {
        refuse("\"" + text + "\" cannot be a name",
               "begin with a letter (a-z, A-Z); go on with letters, digits, _ or -");
    }
    if (text.size() > 100) refuse("this name has more than 100 letters", "choose a shorter one");
    return text;
}

std::string Value::symbol() const {
    const std::string& text = scalar("a name");
    if (text.find_first_of(" \t\r\n") != std::string::npos)
        refuse("\"" + text + "\" is not one name", "names have no spaces");
    return text;
}

std::string Value::one_of(std::initializer_list<std::string_view> words) const {
    const std::string& text = scalar(joined(words));
    if (std::find(words.begin(), words.end(), text) != words.end()) return text;
    const std::vector<std::string> known(words.begin(), words.end());
    const std::string near = nearest_name(text, known);
    refuse("\"" + text + "\" is not one of: " + joined(words), near.empty() ? "write one of these" : suggest(text, known));
}

double Value::number() const {
    const std::string& text = scalar("a number");
    const auto number = whole_text_as<double>(text);
    if (!number)
        refuse("\"" + text + "\" is not a number", "numbers look like 12, -0.5 or 1e-6, and take no unit here");
    if (!std::isfinite(*number)) refuse("\"" + text + "\" is not a finite number", "write a number with digits");
    return *number;
}

std::int64_t Value::integer(std::int64_t least, std::int64_t most) const {
    const std::string& text = scalar("a whole number");
    const auto number = whole_text_as<std::int64_t>(text);
    if (!number) refuse("\"" + text + "\" is not a whole number", "write it with digits only, such as 20000");
    if (*number < least) refuse(text + " is too small", "the least is " + std::to_string(least));
    if (*number > most) refuse(text + " is too large", "the most is " + std::to_string(most));
    return *number;
}

std::uint64_t Value::seed() const {
    const std::string& text = scalar("a whole number");
    const auto number = whole_text_as<std::uint64_t>(text);
    if (!number) refuse("\"" + text + "\" is not a seed", "a seed is a whole number from 0 to 18446744073709551615");
    return *number;
}

bool Value::boolean() const { return one_of({"true", "false"}) == "true"; }

Quantity Value::quantity_or_number() const {
    return parse_quantity(scalar("a number with its unit, such as 500 mg"), place());
}

Quantity Value::quantity() const {
    const std::string& text = scalar("a number with its unit, such as 500 mg");
    if (whole_text_as<double>(text))
        refuse("\"" + text + "\" has no unit", "write the unit after the number, such as 500 mg or 12 h");
    return parse_quantity(text, place());
}

Quantity Value::time() const {
    const Quantity time = quantity();
    if (!convertible(time.unit, "s")) refuse("\"" + text() + "\" is not a time", "use s, min, h, d, week or year");
    if (time.value < 0.0)
        refuse("\"" + text() + "\" is before time zero",
               "times count from the start of treatment and are not negative");
    return time;
}

Quantity Value::positive_time() const {
    const Quantity duration = time();
    if (duration.value == 0.0) refuse("\"" + text() + "\" is no time at all", "it must be longer than zero");
    return duration;
}

std::vector<Value> Value::list() const {
    if (!is_list())
        refuse("found " + std::string(words_of(node_->kind)) + ", expected a list",
               "write a list as [first, second], or one item a line after a dash");
    std::vector<Value> items;
    items.reserve(node_->items.size());
    for (const YamlNodePtr& item : node_->items)
        items.emplace_back(item, path_ + "[" + std::to_string(items.size() + 1) + "]");
    return items;
}

std::vector<std::string> Value::symbols() const {
    std::vector<std::string> symbols;
    for (const Value& item : list()) symbols.push_back(item.symbol());
    return symbols;
}

Mapping::Mapping(Value value, KeyList known) : value_(std::move(value)), known_(known.begin(), known.end()) {
    if (!value_.is_map())
        value_.refuse("found " + std::string(words_of(value_.node().kind)) + ", expected a section with keys",
                      "known here: " + joined(known_));
    Mistakes mistakes;
    for (const YamlEntry& entry : value_.node().entries) {
        if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
        const std::string where = value_.path().empty() ? "" : value_.path() + ": ";
        mistakes.add({entry.place, where + "unknown key \"" + entry.key + "\"", suggest(entry.key, known_)});
    }
    mistakes.throw_if_any();
}

std::optional<Value> Mapping::optional(std::string_view key) const {
    KOHORT_CHECK(std::find(known_.begin(), known_.end(), key) != known_.end());
    for (const YamlEntry& entry : value_.node().entries) {
        if (entry.key != key) continue;
        const std::string path = value_.path().empty() ? entry.key : value_.path() + "." + entry.key;
        if (entry.value->kind == Kind::empty)
            throw InputError(entry.place, path + ": there is no value after the key",
                             "give a value, or leave the key out");
        return Value(entry.value, path);
    }
    return std::nullopt;
}

Value Mapping::required(std::string_view key) const {
    if (auto value = optional(key)) return *value;
    refuse("\"" + std::string(key) + "\" is missing", "add " + std::string(key) + ": ... to this section");
}

Place Mapping::place_of(std::string_view key) const {
    for (const YamlEntry& entry : value_.node().entries) {
        if (entry.key == key) return entry.place;
    }
    return place();
}

std::vector<NamedValue> named_values(const Value& value) {
    if (!value.is_map())
        value.refuse("found " + std::string(words_of(value.node().kind)) + ", expected names with values",
                     "write {CL: 5 L/h}, for example");
    std::vector<NamedValue> named;
    for (const YamlEntry& entry : value.node().entries) {
        Value item(entry.value, value.path() + "." + entry.key);
        if (entry.value->kind == Kind::empty)
            throw InputError(entry.place, item.path() + ": there is no value after the name",
                             "give a value, or leave the name out");
        named.push_back({entry.key, entry.place, std::move(item)});
    }
    return named;
}

}  // namespace kohort::io
