#include "base/units.hpp"

#include "base/text.hpp"
#include "base/unit_size.hpp"

#include <udunits2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace kohort {

namespace {

struct UnitDeleter {
    void operator()(ut_unit* unit) const { ut_free(unit); }
    void operator()(ut_system* system) const { ut_free_system(system); }
    void operator()(cv_converter* converter) const { cv_free(converter); }
};
using Unit = std::unique_ptr<ut_unit, UnitDeleter>;
using System = std::unique_ptr<ut_system, UnitDeleter>;

constexpr ut_encoding encoding = UT_UTF8;

/// What UDUNITS calls differently, or not at all.
struct Addition {
    const char* definition;
    std::vector<const char*> names;
    std::vector<const char*> symbols;
};

const std::vector<Addition>& additions() {
    static const std::vector<Addition> list{
        {"4.184 J", {"calorie", "calories"}, {"cal"}},  // BIPM SI brochure; Codex CXG 2-1985 for food labels
        {"365.25 d", {"year", "years"}, {"year", "y", "yr"}},
        {"30.4375 d", {"month", "months"}, {"month"}},
        {"7 d", {"week", "weeks"}, {"week"}},
        {"mol/L", {}, {"M"}},
        {"1e-6 g", {}, {"mcg"}},
        {"1/min", {}, {"bpm"}},
        {"1", {"dimensionless", "unitless"}, {}},
    };
    return list;
}

/// UDUNITS keeps hidden state and is not thread-safe: one system for the process, behind one lock.
class UnitTable {
public:
    static UnitTable& of_process() {
        static UnitTable table;
        return table;
    }

    /// The reason why unit is not one, or nothing.
    std::optional<std::string> complaint(const std::string& unit) {
        const std::scoped_lock lock(mutex_);
        return find(unit).complaint;
    }

    std::optional<UnitSize> size(const std::string& unit);

    /// The conversion, or nothing where there is none. Both must be units.
    std::optional<UnitConverter> converter(const std::string& from, const std::string& to) {
        const std::scoped_lock lock(mutex_);
        auto [entry, is_new] = converters_.try_emplace({from, to});
        if (is_new) entry->second = make_converter(from, to);
        return entry->second;
    }

private:
    struct Known {
        Unit unit;
        std::optional<std::string> complaint;
    };

    UnitTable();
    void map(const ut_unit* unit, const std::vector<const char*>& names, const std::vector<const char*>& symbols);
    const Known& find(const std::string& unit);
    std::optional<UnitConverter> make_converter(const std::string& from, const std::string& to);

    std::mutex mutex_;
    System system_;
    std::map<std::string, Known> units_;
    std::map<std::pair<std::string, std::string>, std::optional<UnitConverter>> converters_;
};

UnitTable::UnitTable() {
    ut_set_error_message_handler(ut_ignore);
    system_.reset(ut_read_xml(nullptr));
    if (!system_) {
        throw InputError({}, "the unit definitions of UDUNITS-2 (udunits2.xml) cannot be read",
                         "install libudunits2-data, or set UDUNITS2_XML_PATH to the file");
    }
    for (const auto& [definition, names, symbols] : additions()) {
        const Unit unit(ut_parse(system_.get(), definition, encoding));
        KOHORT_CHECK(unit != nullptr);
        map(unit.get(), names, symbols);
    }
    const Unit international(ut_new_base_unit(system_.get()));
    map(international.get(), {"international_unit", "international_units", "unit", "units"}, {"U", "IU"});
}

void UnitTable::map(const ut_unit* unit, const std::vector<const char*>& names, const std::vector<const char*>& symbols) {
    for (const char* name : names) {
        ut_unmap_name_to_unit(system_.get(), name, encoding);
        KOHORT_CHECK(ut_map_name_to_unit(name, encoding, unit) == UT_SUCCESS);
    }
    for (const char* symbol : symbols) {
        ut_unmap_symbol_to_unit(system_.get(), symbol, encoding);
        KOHORT_CHECK(ut_map_symbol_to_unit(symbol, encoding, unit) == UT_SUCCESS);
    }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '%' || static_cast<unsigned char>(c) >= 0x80;
}

/// A multiplication without sign after a division, outside brackets: "mg/kg d", "mL/min/1.73m2".
bool is_ambiguous(std::string_view unit) {
    bool divided = false;
    bool after_operand = false;
    const auto skip = [&](std::size_t& at, auto belongs) {
        while (at < unit.size() && belongs(unit[at])) ++at;
    };
    const auto skip_exponent = [&](std::size_t& at) {
        if (at + 1 < unit.size() && (unit[at] == '-' || unit[at] == '+') && is_digit(unit[at + 1])) ++at;
        skip(at, is_digit);
    };
    for (std::size_t at = 0; at < unit.size();) {
        const char c = unit[at];
        const bool operand = is_letter(c) || is_digit(c) || c == '(';
        if (operand && after_operand && divided) return true;
        if (operand) after_operand = true;
        if (c == '/') divided = true;
        if (c == '/' || c == '*' || c == '.') after_operand = false;
        if (is_letter(c)) {
            skip(at, is_letter);
            skip_exponent(at);
        } else if (is_digit(c)) {
            skip(at, [](char d) { return is_digit(d) || d == '.'; });
        } else if (c == '(') {
            int depth = 0;
            do depth += unit[at] == '(' ? 1 : unit[at] == ')' ? -1 : 0;
            while (++at < unit.size() && depth > 0);
        } else if (c == '^') {
            skip_exponent(++at);
        } else {
            ++at;
        }
    }
    return false;
}

/// UDUNITS would take an origin ("m @ 3", "days since 2001") or a logarithm ("lg(re 1 mW)").
bool has_origin_or_logarithm(std::string_view unit) {
    if (unit.find('@') != std::string_view::npos || unit.find(':') != std::string_view::npos) return true;
    std::string words(unit);
    for (char& c : words) c = is_letter(c) ? c : ' ';
    for (const std::string_view word : split(words, ' ')) {
        for (const std::string_view refused : {"since", "after", "from", "ref", "re"}) {
            if (word == refused) return true;
        }
    }
    return false;
}

std::optional<std::string> complaint_about_text(std::string_view unit) {
    if (trim(unit).empty()) return "a unit is missing";
    const std::string quoted = "'" + std::string(unit) + "'";
    if (unit != trim(unit)) return "the unit " + quoted + " begins or ends with a blank";
    if (has_origin_or_logarithm(unit)) return quoted + " has an origin or a logarithm, which no quantity here may have";
    if (is_ambiguous(unit)) return "the unit " + quoted + " multiplies after a division, which can be read in two ways";
    const bool begins_with_number = is_digit(unit[0]) || unit[0] == '.' || unit[0] == '-' || unit[0] == '+';
    const bool usual_number = unit == "1" || unit.starts_with("1/") || unit.starts_with("10^");
    if (begins_with_number && !usual_number) return "the unit " + quoted + " begins with a number";
    return std::nullopt;
}

const UnitTable::Known& UnitTable::find(const std::string& unit) {
    auto [entry, is_new] = units_.try_emplace(unit);
    Known& known = entry->second;
    if (!is_new) return known;
    known.complaint = complaint_about_text(unit);
    if (known.complaint) return known;
    known.unit.reset(ut_parse(system_.get(), unit.c_str(), encoding));
    if (!known.unit) known.complaint = "unknown unit '" + unit + "'";
    return known;
}

// --- what a unit is made of: a visitor in C ---

std::string basic_name(const ut_unit* unit) {
    const char* const symbol = ut_get_symbol(unit, encoding);
    return symbol != nullptr ? symbol : "U";  // the one that has a name for reading only
}

UnitSize& size_behind(void* argument) { return *static_cast<UnitSize*>(argument); }

ut_status take_basic(const ut_unit* unit, void* argument) {
    size_behind(argument).powers[basic_name(unit)] += 1.0;
    return UT_SUCCESS;
}

ut_status take_product(const ut_unit*, int count, const ut_unit* const* units, const int* powers, void* argument) {
    for (int place = 0; place < count; ++place) size_behind(argument).powers[basic_name(units[place])] += powers[place];
    return UT_SUCCESS;
}

ut_status take_galilean(const ut_unit*, double scale, const ut_unit* unit, double, void* argument);

ut_status refuse_timestamp(const ut_unit*, const ut_unit*, double, void*) { return UT_BAD_ARG; }
ut_status refuse_logarithm(const ut_unit*, double, const ut_unit*, void*) { return UT_BAD_ARG; }

constexpr ut_visitor visitor{take_basic, take_product, take_galilean, refuse_timestamp, refuse_logarithm};

ut_status take_galilean(const ut_unit*, double scale, const ut_unit* unit, double, void* argument) {
    size_behind(argument).factor *= scale;
    return ut_accept_visitor(unit, &visitor, argument);
}

std::optional<UnitSize> UnitTable::size(const std::string& unit) {
    const std::scoped_lock lock(mutex_);
    const Known& known = find(unit);
    UnitSize result;
    if (known.complaint || ut_accept_visitor(known.unit.get(), &visitor, &result) != UT_SUCCESS) return std::nullopt;
    std::erase_if(result.powers, [](const auto& entry) { return entry.second == 0.0 || entry.first == "rad"; });
    return result;
}

/// The fraction with a short decimal number above or below, where one is equal to the factor but for rounding.
UnitConverter as_fraction(double factor) {
    constexpr double rounding = 8 * std::numeric_limits<double>::epsilon();  // UDUNITS multiplies up to some eight factors
    const auto short_decimal = [](double value) {
        std::array<char, 32> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::scientific, 11)
                             .ptr;
        double rounded = 0.0;
        std::from_chars(digits.data(), end, rounded);
        return rounded;
    };
    const double above = short_decimal(factor);
    if (std::abs(above - factor) <= rounding * std::abs(factor)) {
        // 0.001 is not a double, 1000 is: x / 1000 is rounded once, x * 0.001 twice
        const double inverse = short_decimal(1.0 / factor);
        const bool whole_inverse = std::abs(factor) < 1.0 && inverse == std::round(inverse) &&
                                   std::abs(inverse * factor - 1.0) <= rounding;
        if (whole_inverse) return {.numerator = 1.0, .denominator = inverse};
        return {.numerator = above};
    }
    const double below = short_decimal(1.0 / factor);
    if (std::abs(below * factor - 1.0) <= rounding) return {.denominator = below};
    return {.numerator = factor};
}

std::optional<UnitConverter> UnitTable::make_converter(const std::string& from, const std::string& to) {
    if (from == to) return UnitConverter{};
    ut_unit* const source = find(from).unit.get();
    ut_unit* const target = find(to).unit.get();
    // a reciprocal (s and Hz) also counts as convertible to UDUNITS, but is no factor
    const std::unique_ptr<cv_converter, UnitDeleter> converter(ut_get_converter(source, target));
    if (!converter) return std::nullopt;
    const double offset = cv_convert_double(converter.get(), 0.0);
    const double at_one = cv_convert_double(converter.get(), 1.0);
    if (!std::isfinite(offset) || !std::isfinite(at_one)) return std::nullopt;
    constexpr double far = 0x1p20;  // a long way, so that the offset does not swallow the factor's digits
    const double factor = offset == 0.0 ? at_one : (cv_convert_double(converter.get(), far) - offset) / far;
    const double half_way = cv_convert_double(converter.get(), 0.5);
    if (std::abs(half_way - (offset + 0.5 * factor)) > 1e-9 * std::abs(factor)) return std::nullopt;
    UnitConverter fraction = as_fraction(factor);
    fraction.offset = offset;
    return fraction;
}

/// Spellings that are suggested for a unit that is not understood.
const std::vector<std::string>& usual_units() {
    static const std::vector<std::string> units{
        "kg",    "g",    "mg",    "ug",     "ng",     "mol",    "mmol",   "umol", "nmol", "pmol",   "U",     "mU",
        "L",     "dL",   "mL",    "m",      "cm",     "mm",     "s",      "min",  "h",    "d",      "week",  "month",
        "year",  "kcal", "kJ",    "MJ",     "J",      "W",      "mmHg",   "kPa",  "%",    "1",      "degC",  "mg/dL",
        "mg/L",  "g/L",  "ng/mL", "mmol/L", "umol/L", "nmol/L", "pmol/L", "mU/L", "L/h",  "mL/min", "L/min", "1/h",
        "1/min", "1/d",  "kg/m2", "kcal/d", "mg/kg",  "mg*h/L", "m2",     "bpm"};
    return units;
}

std::string remedy_for(std::string_view unit) {
    if (is_ambiguous(unit)) return "use brackets: mg/(kg d), mL/min/(1.73 m2)";
    const std::string near = nearest_name(unit, usual_units());
    if (!near.empty()) return "did you mean '" + near + "'?";
    return "units are written as mg, mmol/L, kg/m2, 1/h, kcal/d, mmHg, %, ...";
}

}  // namespace

bool is_unit(std::string_view unit) { return !UnitTable::of_process().complaint(std::string(unit)); }

void check_unit(std::string_view unit, const Place& place) {
    if (auto complaint = UnitTable::of_process().complaint(std::string(unit))) {
        throw InputError(place, *std::move(complaint), remedy_for(unit));
    }
}

bool convertible(std::string_view from, std::string_view to) {
    return is_unit(from) && is_unit(to) &&
           UnitTable::of_process().converter(std::string(from), std::string(to)).has_value();
}

std::optional<UnitSize> size_of_unit(std::string_view unit) { return UnitTable::of_process().size(std::string(unit)); }

UnitConverter unit_converter(std::string_view from, std::string_view to, const Place& place) {
    check_unit(from, place);
    check_unit(to, place);
    if (const auto converter = UnitTable::of_process().converter(std::string(from), std::string(to))) return *converter;
    const std::string target(to);
    const bool molar = (convertible(from, "mol/L") && convertible(to, "g/L")) ||
                       (convertible(from, "g/L") && convertible(to, "mol/L")) ||
                       (convertible(from, "mol") && convertible(to, "g")) ||
                       (convertible(from, "g") && convertible(to, "mol"));
    throw InputError(
        place, "'" + std::string(from) + "' cannot be converted to '" + target + "'",
        molar ? "mass and amount of substance differ by a molar mass, which is not known here; write the value in " + target
              : "these measure different things; write the value in " + target + " or a unit of the same kind");
}

bool has_offset(std::string_view unit) {
    return convertible(unit, "K") && unit_converter(unit, "K").offset != 0.0;  // units with an origin are refused
}

void require_absolute(std::string_view unit, const std::string& what, const Place& place) {
    if (!has_offset(unit)) return;
    throw InputError(place, what + " has no meaning in " + std::string(unit) + ", whose zero is a convention",
                     "use K, or look at differences");
}

double convert(double value, std::string_view from, std::string_view to, const Place& place) {
    return unit_converter(from, to, place)(value);
}

double value_in(const Quantity& quantity, std::string_view unit) {
    return convert(quantity.value, quantity.unit, unit, quantity.place);
}

Quantity parse_quantity(std::string_view text, const Place& place) {
    const std::string_view trimmed = trim(text);
    const std::string quoted = "'" + std::string(trimmed) + "'";
    const std::string_view digits = trimmed.starts_with('+') ? trimmed.substr(1) : trimmed;
    double value = 0.0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool begins_like_number = !digits.empty() &&
                                    (is_digit(digits[0]) || digits[0] == '.' || (digits[0] == '-' && trimmed == digits));
    if (!begins_like_number || failure == std::errc::invalid_argument || (failure == std::errc{} && !std::isfinite(value))) {
        throw InputError(place, quoted + " is not a quantity", "write a number and its unit, as in '500 mg' or '-5 %'");
    }
    if (failure == std::errc::result_out_of_range)
        throw InputError(place, quoted + " is out of the range of numbers",
                         "choose a unit in which it is not as extreme");
    const std::string_view rest = digits.substr(static_cast<std::size_t>(end - digits.data()));
    const std::string_view unit = trim(rest);
    if (unit.empty()) return {value, "1", place};
    if (rest.starts_with(','))
        throw InputError(place, quoted + " is not a quantity", "write decimals with a point, as in '0.5 mg'");
    if (rest.starts_with('e') || rest.starts_with('E') || rest.starts_with('x') || rest.starts_with('X')) {
        throw InputError(place, quoted + " is not a quantity",
                         "put a blank between number and unit; numbers are decimal, as in '1.5e3 mg'");
    }
    std::string spelling = unit.starts_with('/') ? "1" + std::string(unit) : std::string(unit);
    if (const auto complaint = UnitTable::of_process().complaint(spelling)) {
        throw InputError(place, *complaint + " in " + quoted, remedy_for(spelling));
    }
    return {value, std::move(spelling), place};
}

}  // namespace kohort
