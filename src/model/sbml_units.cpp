#include "model/sbml_units.hpp"

#include "base/text.hpp"
#include "base/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>

namespace kohort::model {

namespace {

struct Prefix {
    int scale;
    std::string_view sign;
};

constexpr auto prefixes = std::to_array<Prefix>(
    {{-15, "f"}, {-12, "p"}, {-9, "n"}, {-6, "u"}, {-3, "m"}, {-2, "c"}, {-1, "d"}, {0, ""}, {3, "k"}, {6, "M"}});

/// SBML's own units (Level 3 Version 2, table 2) that base/units spells differently.
const std::map<std::string, std::string>& symbols() {
    static const std::map<std::string, std::string> map{
        {"ampere", "A"},   {"becquerel", "Bq"}, {"candela", "cd"}, {"coulomb", "C"},  {"dimensionless", "1"},
        {"farad", "F"},    {"gram", "g"},       {"gray", "Gy"},    {"henry", "H"},    {"hertz", "Hz"},
        {"item", "1"},     {"joule", "J"},      {"katal", "kat"},  {"kelvin", "K"},   {"kilogram", "kg"},
        {"liter", "L"},    {"litre", "L"},      {"lumen", "lm"},   {"lux", "lx"},     {"meter", "m"},
        {"metre", "m"},    {"mole", "mol"},     {"newton", "N"},   {"ohm", "ohm"},    {"pascal", "Pa"},
        {"radian", "rad"}, {"second", "s"},     {"siemens", "S"},  {"sievert", "Sv"}, {"steradian", "sr"},
        {"tesla", "T"},    {"volt", "V"},       {"watt", "W"},     {"weber", "Wb"},   {"avogadro", "6.02214076e23"}};
    return map;
}

/// "min" for 60 s.
std::string time_word(double seconds) {
    for (const auto& [word, size] :
         {std::pair("min", 60.0), std::pair("h", 3600.0), std::pair("d", 86400.0), std::pair("week", 604800.0)}) {
        if (std::abs(seconds - size) < 1e-9 * size) return word;
    }
    return {};
}

/// One unit without its exponent: "mmol", "min", "0.5 L". "" where that cannot be said.
std::string spell_base(const ::Unit& unit) {
    const std::string kind = ::UnitKind_toString(unit.getKind());
    const auto symbol = symbols().find(kind);
    if (symbol == symbols().end()) return {};
    const double factor = unit.getMultiplier() * std::pow(10.0, unit.getScale());
    if (!(factor > 0.0) || !std::isfinite(factor)) return {};
    if (unit.isSecond()) {
        if (std::string word = time_word(factor); !word.empty()) return word;
    }
    if (symbol->second == "1") return factor == 1.0 ? "1" : std::string{};
    const auto scale = static_cast<int>(std::lround(std::log10(factor)));
    const auto* const prefix = std::ranges::find(prefixes, scale, &Prefix::scale);
    const bool is_power_of_ten = std::abs(factor - std::pow(10.0, scale)) <= 1e-9 * factor;
    if (is_power_of_ten && prefix != prefixes.end() && (!unit.isKilogram() || scale == 0))
        return std::string(prefix->sign) + symbol->second;
    return {};
}

/// "mmol/L", "1/(min mmol)".
std::string spell_definition(const ::UnitDefinition& definition) {
    std::vector<std::string> above;
    std::vector<std::string> below;
    for (unsigned number = 0; number < definition.getNumUnits(); ++number) {
        const ::Unit& unit = *definition.getUnit(number);
        const double exponent = unit.getExponentAsDouble();
        const std::string base = spell_base(unit);
        if (exponent == 0.0 || base == "1") continue;
        if (base.empty() || exponent != std::round(exponent) || std::abs(exponent) > 9.0) return {};
        const auto power = static_cast<int>(std::abs(exponent));
        (exponent > 0.0 ? above : below).push_back(power == 1 ? base : base + "^" + std::to_string(power));
    }
    std::string text = above.empty() ? "1" : join(above, " ");
    if (!below.empty()) text += "/" + (below.size() == 1 ? below.front() : "(" + join(below, " ") + ")");
    return text;
}

std::string quotient(const std::string& above, const std::string& below) {
    if (above.empty() || below.empty()) return {};
    if (below == "1") return above;
    const bool is_simple = below.find_first_of(" /") == std::string::npos;
    return above + "/" + (is_simple ? below : "(" + below + ")");
}

class Units {
public:
    explicit Units(const ::Model& source) : source_(source), is_old_(source.getLevel() < 3) {}

    /// Of an id, "amount(id)", "concentration(id)", "id.start" or "reaction.k".
    [[nodiscard]] std::string of(const std::string& name) const {
        for (const std::string_view meaning : {"amount(", "concentration("}) {
            if (!name.starts_with(meaning) || !name.ends_with(")")) continue;
            const std::string id = name.substr(meaning.size(), name.size() - meaning.size() - 1);
            const ::Species* const species = source_.getSpecies(id);
            if (species != nullptr) return meaning == "amount(" ? amount(*species) : concentration(*species);
        }
        if (const ::Species* const species = source_.getSpecies(name))
            return species->getHasOnlySubstanceUnits() ? amount(*species) : concentration(*species);
        if (const ::Compartment* const compartment = source_.getCompartment(name)) return size(*compartment);
        if (const ::Parameter* const parameter = source_.getParameter(name))
            return spell_unit(source_, parameter->getUnits());
        if (source_.getReaction(name) != nullptr) return quotient(extent(), time());
        const std::size_t dot = name.find('.');
        if (dot == std::string::npos) return {};
        const std::string owner = name.substr(0, dot);
        return source_.getReaction(owner) == nullptr ? of(owner) : local_parameter(owner, name.substr(dot + 1));
    }

private:
    [[nodiscard]] std::string given(const std::string& id, const std::string& of_model, const std::string& old_default) const {
        if (!id.empty()) return spell_unit(source_, id);
        return spell_unit(source_, is_old_ ? old_default : of_model);
    }
    [[nodiscard]] std::string amount(const ::Species& species) const {
        return given(species.getSubstanceUnits(), source_.getSubstanceUnits(), "substance");
    }
    [[nodiscard]] std::string concentration(const ::Species& species) const {
        const ::Compartment* const compartment = source_.getCompartment(species.getCompartment());
        if (compartment == nullptr) return {};
        return compartment->getSpatialDimensionsAsDouble() == 0.0 ? amount(species)
                                                                  : quotient(amount(species), size(*compartment));
    }
    [[nodiscard]] std::string size(const ::Compartment& compartment) const {
        const double dimensions = compartment.getSpatialDimensionsAsDouble();
        if (dimensions == 3.0) return given(compartment.getUnits(), source_.getVolumeUnits(), "volume");
        if (dimensions == 2.0) return given(compartment.getUnits(), source_.getAreaUnits(), "area");
        if (dimensions == 1.0) return given(compartment.getUnits(), source_.getLengthUnits(), "length");
        return spell_unit(source_, compartment.getUnits());
    }
    [[nodiscard]] std::string extent() const { return given({}, source_.getExtentUnits(), "substance"); }
    [[nodiscard]] std::string time() const { return given({}, source_.getTimeUnits(), "time"); }

    [[nodiscard]] std::string local_parameter(const std::string& reaction, const std::string& name) const {
        const ::KineticLaw* const law = source_.getReaction(reaction)->getKineticLaw();
        const ::Parameter* const local = law == nullptr ? nullptr : law->getParameter(name);
        return local == nullptr ? std::string{} : spell_unit(source_, local->getUnits());
    }

    const ::Model& source_;
    bool is_old_;  // Level 1 or 2
};

}  // namespace

std::string spell_unit(const ::Model& source, const std::string& id) {
    if (id.empty()) return {};
    if (const ::UnitDefinition* const definition = source.getUnitDefinition(id)) {
        std::string text = spell_definition(*definition);
        return is_unit(text) ? text : std::string{};
    }
    // what Levels 1 and 2 mean when the model does not say otherwise
    static const std::map<std::string, std::string> old_units{
        {"substance", "mol"}, {"volume", "L"}, {"area", "m^2"}, {"length", "m"}, {"time", "s"}};
    const auto old_unit = old_units.find(id);
    if (source.getLevel() < 3 && old_unit != old_units.end()) return old_unit->second;
    const auto symbol = symbols().find(id);
    return symbol == symbols().end() || id == "avogadro" ? std::string{} : symbol->second;
}

void annotate_units(const ::Model& source, Model& result) {
    const Units units(source);
    const auto annotate = [&](auto& quantities) {
        for (auto& quantity : quantities) {
            if (quantity.note.unit.empty()) quantity.note.unit = units.of(quantity.name);
        }
    };
    annotate(result.states);
    annotate(result.parameters);
    annotate(result.observables);
}

}  // namespace kohort::model
