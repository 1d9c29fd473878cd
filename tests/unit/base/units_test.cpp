#include "base/units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace kohort {
namespace {

using testing::HasSubstr;

std::string message_of(auto&& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

struct Known {
    double value;
    const char* from;
    double expected;
    const char* to;
};

class KnownConversions : public testing::TestWithParam<Known> {};

TEST_P(KnownConversions, are_exact) {
    const auto& [value, from, expected, to] = GetParam();
    EXPECT_EQ(convert(value, from, to), expected);
}

// Definitions: SI brochure (9th edition), tables 8 and 5; a conventional millimetre of mercury is 133.322387415 Pa (NIST SP 811)
INSTANTIATE_TEST_SUITE_P(
    Units, KnownConversions,
    testing::Values(Known{1, "mmHg", 133.322387415, "Pa"}, Known{1, "kcal", 4184, "J"},
                    Known{500, "kcal/d", 2.092, "MJ/d"}, Known{52, "week", 364, "d"}, Known{1, "year", 365.25, "d"},
                    Known{1, "y", 365.25, "d"}, Known{2, "years", 24, "months"}, Known{90, "min", 1.5, "h"},
                    Known{5, "min", 5.0 / 60, "h"}, Known{84, "h", 3.5, "d"}, Known{1, "d", 1440, "min"},
                    Known{90, "mg/dL", 0.9, "g/L"}, Known{7, "mg/dL", 70, "mg/L"}, Known{60, "pmol/L", 6e-11, "mol/L"},
                    Known{10, "mU/L", 10, "uU/mL"}, Known{3, "IU", 3, "U"}, Known{100, "units", 0.1, "kU"},
                    Known{25, "kg/m2", 2.5, "g/cm2"}, Known{25, "kg/m^2", 25, "kg/m2"}, Known{-5, "%", -0.05, "1"},
                    Known{3, "1/h", 72, "1/d"}, Known{16, "mg*h/L", 96, "mg*min/dL"}, Known{37, "degC", 310.15, "K"},
                    Known{50, "mcg", 0.05, "mg"}, Known{3, "mM", 3000, "umol/L"}, Known{60, "bpm", 1, "Hz"},
                    Known{1.8, "10^9/L", 1800, "1/uL"}, Known{90, "mL/min/(1.73 m2)", 90 / 1.73, "mL/(min m2)"},
                    Known{1, "dimensionless", 100, "%"}, Known{70, "µg/L", 70, "ng/mL"},
                    Known{12, "inch", 30.48, "cm"}));

TEST(Units, international_units_are_a_dimension_of_their_own) {
    EXPECT_TRUE(convertible("mU/L", "U/L"));
    EXPECT_FALSE(convertible("mU/L", "pmol/L"));
    EXPECT_FALSE(convertible("U", "1"));
}

TEST(Units, a_failed_conversion_names_both_units_and_the_place) {
    const auto message = message_of([] { (void)convert(1, "mg/dL", "week", {"study.yaml", 12, 7}); });
    EXPECT_THAT(message, HasSubstr("study.yaml:12:7: 'mg/dL' cannot be converted to 'week'"));
    EXPECT_THAT(message_of([] { (void)convert(90, "mg/dL", "mmol/L"); }), HasSubstr("molar mass"));
    EXPECT_THAT(message_of([] { (void)convert(1, "s", "Hz"); }), HasSubstr("cannot be converted"));
}

TEST(Units, a_difference_has_no_offset) {
    const UnitConverter converter = unit_converter("degC", "K");
    EXPECT_EQ(converter.difference(1.5), 1.5);
    EXPECT_EQ(converter(0.0), 273.15);
}

TEST(Units, a_round_trip_gives_the_value_back) {
    for (const auto& [unit, other] :
         {std::pair{"min", "week"}, {"mmHg", "kPa"}, {"kcal", "kJ"}, {"%", "1"}, {"year", "min"}}) {
        // one rounding each way
        EXPECT_NEAR(convert(convert(0.7, unit, other), other, unit), 0.7, 3e-16) << unit;
    }
}

TEST(Units, unknown_spellings_get_the_nearest_one) {
    EXPECT_FALSE(is_unit("mgg"));
    EXPECT_THAT(message_of([] { check_unit("mgg", {"a.yaml", 1, 1}); }),
                HasSubstr("a.yaml:1:1: unknown unit 'mgg'\n  remedy: did you mean 'mg'?"));
    EXPECT_THAT(message_of([] { check_unit("Kg", {}); }), HasSubstr("did you mean 'kg'?"));
}

TEST(Units, what_could_be_read_in_two_ways_is_refused) {
    for (const char* unit : {"mL/min/1.73 m2", "mL/min/1.73m2", "mg/kg d", "mg/kg (d)", "1/h kg"}) {
        EXPECT_THAT(message_of([&] { check_unit(unit, {}); }), HasSubstr("use brackets")) << unit;
    }
    for (const char* unit :
         {"mg/(kg d)", "mg/kg/d", "mg h/L", "mg kg-1 d-1", "kg m-2", "mg*h/L", "g/m2", "g/m^2 ", "mg / L"}) {
        EXPECT_EQ(is_unit(unit), unit[std::string_view(unit).size() - 1] != ' ') << unit;
    }
}

TEST(Units, origins_and_logarithms_are_refused) {
    EXPECT_FALSE(is_unit("days since 2001-01-01"));
    EXPECT_FALSE(is_unit("K @ 273.15"));
    EXPECT_FALSE(is_unit("lg(re 1 mW)"));
}

TEST(Units, many_threads_may_ask_at_once) {
    std::vector<std::thread> threads;
    std::vector<double> results(8);
    for (std::size_t thread = 0; thread < results.size(); ++thread) {
        threads.emplace_back([&, thread] {
            for (int power = 1; power < 60; ++power) {
                const std::string unit = "kg^" + std::to_string(power);
                results[thread] += convert(1, unit, "g^" + std::to_string(power)) > 0 ? 1 : 0;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(results, std::vector<double>(8, 59.0));
}

struct Written {
    const char* text;
    double value;
    const char* unit;
};

class WrittenQuantities : public testing::TestWithParam<Written> {};

TEST_P(WrittenQuantities, are_understood) {
    const Quantity quantity = parse_quantity(GetParam().text, {"study.yaml", 3, 9});
    EXPECT_EQ(quantity.value, GetParam().value);
    EXPECT_EQ(quantity.unit, GetParam().unit);
    EXPECT_EQ(quantity.place.line, 3);
}

INSTANTIATE_TEST_SUITE_P(Units, WrittenQuantities,
                         testing::Values(Written{"500 mg", 500, "mg"}, Written{"-5 %", -5, "%"},
                                         Written{"3 1/h", 3, "1/h"}, Written{"0.3", 0.3, "1"}, Written{"75g", 75, "g"},
                                         Written{"0.006 /week", 0.006, "1/week"}, Written{" 1e3  mg ", 1000, "mg"},
                                         Written{"+3 kg", 3, "kg"}, Written{"-.5", -0.5, "1"},
                                         Written{"4.5 10^9/L", 4.5, "10^9/L"}, Written{"30 kg/m2", 30, "kg/m2"},
                                         Written{"100%", 100, "%"}));

struct Refused {
    const char* text;
    const char* reason;
};

class RefusedQuantities : public testing::TestWithParam<Refused> {};

TEST_P(RefusedQuantities, say_why) {
    const auto message = message_of([] { (void)parse_quantity(GetParam().text, {"study.yaml", 3, 9}); });
    EXPECT_THAT(message, HasSubstr("study.yaml:3:9: "));
    EXPECT_THAT(message, HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(Units, RefusedQuantities,
                         testing::Values(Refused{"", "is not a quantity"}, Refused{"mg", "is not a quantity"},
                                         Refused{"nan", "is not a quantity"}, Refused{"inf mg", "is not a quantity"},
                                         Refused{"+-3", "is not a quantity"},
                                         Refused{"5,5 mg", "decimals with a point"}, Refused{"5e mg", "put a blank"},
                                         Refused{"0x10 mg", "decimal"}, Refused{"1e999 mg", "out of the range"},
                                         Refused{"1 000 mg", "begins with a number"},
                                         Refused{"10-20 mg", "begins with a number"},
                                         Refused{"2 mgg", "did you mean 'mg'?"}, Refused{"5 mg; x", "unknown unit"},
                                         Refused{"3 mg/kg d", "use brackets"}));

TEST(Units, a_quantity_is_converted_with_its_own_place) {
    const Quantity dose{500, "mg", {"study.yaml", 30, 5}};
    EXPECT_EQ(value_in(dose, "g"), 0.5);
    EXPECT_THAT(message_of([&] { (void)value_in(dose, "mmol"); }),
                HasSubstr("study.yaml:30:5: 'mg' cannot be converted to 'mmol'"));
}

TEST(Units, zero_is_a_convention_only_in_degrees_of_temperature) {
    for (const char* unit : {"degC", "degF", "celsius"}) EXPECT_TRUE(has_offset(unit)) << unit;
    for (const char* unit : {"K", "kg", "1", "%", "degC/h", "nonsense", ""}) EXPECT_FALSE(has_offset(unit)) << unit;
    EXPECT_NO_THROW(require_absolute("K", "a ratio", {}));
    EXPECT_THROW(require_absolute("degC", "a ratio", {}), InputError);
}

}  // namespace
}  // namespace kohort
