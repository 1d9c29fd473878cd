// Units of measurement: UDUNITS-2 with the spellings of clinic and laboratory added. Every function here is thread-safe.
//
// Accepted: what UDUNITS-2 accepts (kg/m2, kg/m^2, kg m-2, mg/dL, pmol/L, 1/h, %, degC, mmHg, ...), and
//   U, IU, units international units: a dimension of their own, so mU/L never becomes pmol/L by mistake
//   cal, kcal    the thermochemical calorie, 4.184 J, as on food labels (UDUNITS' own is the 4.1868 J of steam tables)
//   year, y, yr  365.25 d exactly; month is a twelfth of it (UDUNITS' own is the tropical year, 365.242 d)
//   M            mol/L, so mM, uM, nM;  mcg  microgram;  bpm  1/min;  dimensionless, unitless  1
// Refused, because readers disagree on what they mean: a factor after a division without brackets (mL/min/1.73 m2:
// write mL/min/(1.73 m2)), units with an origin ("days since ...") and logarithmic units.
#pragma once

#include "base/quantity.hpp"

#include <string>
#include <string_view>

namespace kohort {

/// value in the new unit = value * numerator / denominator + offset. One of the first two is 1 wherever the factor or
/// its inverse is a short decimal number, so that 90 min is 1.5 h without rounding.
struct UnitConverter {
    double numerator = 1.0;
    double denominator = 1.0;
    double offset = 0.0;
    [[nodiscard]] double operator()(double value) const { return value * numerator / denominator + offset; }
    /// For a difference or a spread (a standard deviation in degC): without the offset.
    [[nodiscard]] double difference(double value) const { return value * numerator / denominator; }
    [[nodiscard]] double factor() const { return numerator / denominator; }
    [[nodiscard]] bool is_identity() const { return numerator == 1.0 && denominator == 1.0 && offset == 0.0; }
};

[[nodiscard]] bool is_unit(std::string_view unit);

/// Throws InputError with the reason and a near spelling if unit is not understood.
void check_unit(std::string_view unit, const Place& place);

/// Both are units, of the same dimension.
[[nodiscard]] bool convertible(std::string_view from, std::string_view to);

/// Throws InputError naming both units and the place when there is no conversion.
[[nodiscard]] UnitConverter unit_converter(std::string_view from, std::string_view to, const Place& place = {});

[[nodiscard]] double convert(double value, std::string_view from, std::string_view to, const Place& place = {});

/// True for degC, degF and their kin, whose zero is a convention.
[[nodiscard]] bool has_offset(std::string_view unit);

/// Throws InputError if unit has an offset: `what` - a ratio, a logarithm, a sum over time - would depend on where zero lies.
void require_absolute(std::string_view unit, const std::string& what, const Place& place);

/// The quantity's value in another unit.
[[nodiscard]] double value_in(const Quantity& quantity, std::string_view unit);

/// Reads "500 mg", "-5 %", "3 1/h", "0.006 /week", "75g"; a bare number has unit "1". Throws InputError when it is not a
/// finite decimal number followed by a unit.
[[nodiscard]] Quantity parse_quantity(std::string_view text, const Place& place);

}  // namespace kohort
