#include "model/sbml.hpp"

#include "model/annotation.hpp"
#include "model/sbml_document.hpp"
#include "model/sbml_events.hpp"
#include "model/sbml_quantities.hpp"
#include "model/sbml_units.hpp"

#include <array>
#include <cmath>
#include <memory>

namespace kohort::model {

namespace {

constexpr auto names_of_time = std::to_array<std::string_view>({"ns", "us", "ms", "s", "min", "h", "d", "week", "year"});

/// How many seconds a unit of time has; 0 if that cannot be said.
double seconds_in(const ::UnitDefinition& definition) {
    double seconds = 1.0;
    for (unsigned number = 0; number < definition.getNumUnits(); ++number) {
        const ::Unit& unit = *definition.getUnit(number);
        const bool is_plain = unit.isDimensionless() || (unit.isSecond() && unit.getExponentAsDouble() == 1.0);
        if (!is_plain) return 0.0;
        seconds *= std::pow(unit.getMultiplier() * std::pow(10.0, unit.getScale()), unit.getExponentAsDouble());
    }
    return seconds;
}

void set_time_unit(Model& result, std::string_view name) {
    const TimeUnit unit = *find_time_unit(name == "min" ? "m" : name);
    result.time_unit = unit.name;
    result.seconds_per_time_unit = unit.seconds;
}

void read_time_unit(const ::Model& source, const std::string& file, Model& result) {
    set_time_unit(result, "s");
    const std::string id = source.getLevel() < 3 ? "time" : source.getTimeUnits();
    const ::UnitDefinition* const definition = source.getUnitDefinition(id);
    if (definition == nullptr) {
        if (id != "second" && source.getLevel() >= 3)
            result.remarks.push_back(to_string(place_of(source, file)) +
                                     ": the model names no unit of time: one unit is taken as a second");
        return;
    }
    const double seconds = seconds_in(*definition);
    for (const std::string_view name : names_of_time) {
        const auto unit = find_time_unit(name == "min" ? "m" : name);
        if (!unit || std::abs(unit->seconds - seconds) > 1e-9 * seconds) continue;
        return set_time_unit(result, name);
    }
    throw InputError(place_of(*definition, file), "the model's unit of time, `" + id + "`, is none that is known",
                     "known are: ns, us, ms, s, min, h, d, week, and the year of 365.25 d");
}

void note_constraints(const ::Model& source, const std::string& file, Model& result) {
    for (unsigned number = 0; number < source.getNumConstraints(); ++number) {
        const ::Constraint& constraint = *source.getConstraint(number);
        result.remarks.push_back(to_string(place_of(constraint, file)) +
                                 ": a constraint is not watched while the model runs");
    }
}

}  // namespace

Model read_sbml(std::string_view text, const std::string& file) {
    SbmlText opened = open_sbml(text, file);
    const ::Model& source = *opened.document->getModel();
    Model result;
    result.name = source.isSetId() ? source.getId() : "model";
    result.sources.push_back(file);
    result.remarks = std::move(opened.remarks);
    read_time_unit(source, file, result);
    note_constraints(source, file, result);
    SbmlQuantities quantities(source, file, result);
    quantities.define_states();
    read_sbml_events(source, quantities, result);
    quantities.add_observables();
    quantities.define_unvalued();
    annotate_units(source, result);
    return result;
}

}  // namespace kohort::model
