#include "base/unit_table.hpp"

#include "base/unit_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace kohort {

namespace {

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

}  // namespace

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

const UnitTable::Known& UnitTable::find(const std::string& unit) {
    auto [entry, is_new] = units_.try_emplace(unit);
    Known& known = entry->second;
    if (!is_new) return known;
    known.complaint = complaint_about_unit_text(unit);
    if (known.complaint) return known;
    known.unit.reset(ut_parse(system_.get(), unit.c_str(), encoding));
    if (!known.unit) known.complaint = "unknown unit '" + unit + "'";
    return known;
}

std::optional<UnitSize> UnitTable::size(const std::string& unit) {
    const std::scoped_lock lock(mutex_);
    const Known& known = find(unit);
    UnitSize result;
    if (known.complaint || ut_accept_visitor(known.unit.get(), &visitor, &result) != UT_SUCCESS) return std::nullopt;
    std::erase_if(result.powers, [](const auto& entry) { return entry.second == 0.0 || entry.first == "rad"; });
    return result;
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

}  // namespace kohort
