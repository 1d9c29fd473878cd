// Species, compartments and reactions of SbmlQuantities: amounts and concentrations, and how reactions change them.
#include "model/sbml_quantities.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <string>

namespace kohort::model {

namespace {

const ::Species& species_of(const SbmlQuantity& quantity) { return static_cast<const ::Species&>(*quantity.element); }

}  // namespace

/// Without dimensions a compartment has no size to divide by.
bool SbmlQuantities::means_amount(const SbmlQuantity& species) const {
    const ::Species& element = species_of(species);
    if (element.getHasOnlySubstanceUnits()) return true;
    const ::Compartment* const compartment = source_.getCompartment(element.getCompartment());
    return compartment != nullptr && compartment->getSpatialDimensionsAsDouble() == 0.0;
}

/// Rules are about what formulas mean; reactions, events and constancy are about amounts.
bool SbmlQuantities::stores_amount(const SbmlQuantity& species) const {
    const bool ruled = species.assignment != nullptr || species.rate_rule != nullptr || species.algebraic;
    return !ruled || means_amount(species);
}

bool SbmlQuantities::stores_amount_of_concentration(const SbmlQuantity& quantity) const {
    return quantity.kind == SbmlQuantity::Kind::species && stores_amount(quantity) && !means_amount(quantity);
}

NodeId SbmlQuantities::size_of_compartment(const SbmlQuantity& species) {
    const SbmlQuantity* const compartment = find(species_of(species).getCompartment());
    if (compartment == nullptr || compartment->kind != SbmlQuantity::Kind::compartment)
        throw InputError(place(*species.element),
                         "species `" + species.id + "` is in no compartment that the model has");
    return value(*compartment);
}

NodeId SbmlQuantities::stored(const SbmlQuantity& species) {
    if (species.assignment != nullptr)
        return formula(species.assignment->getMath(), *species.assignment, "assignment rule of `" + species.id + "`");
    if (species.formula.valid()) return put_in_unknowns(species.formula);
    if (!species.state) return initial(species);
    NodeId node = graph_.leaf(Op::state, *species.state);
    for (const SbmlShare& part : species.shares)
        node = graph_.make(Op::add, node, multiply(share(species, part), amount(quantities_[part.pivot])));
    return node;
}

NodeId SbmlQuantities::amount(const SbmlQuantity& species) {
    const NodeId node = stored(species);
    return stores_amount(species) ? node : multiply(node, size_of_compartment(species));
}

NodeId SbmlQuantities::concentration(const SbmlQuantity& species) {
    const NodeId node = stored(species);
    return stores_amount(species) ? divide(node, size_of_compartment(species)) : node;
}

NodeId SbmlQuantities::initial_of_species(const SbmlQuantity& species) {
    const ::Species& element = species_of(species);
    const bool gives_amount = element.isSetInitialAmount();
    const double number = gives_amount ? element.getInitialAmount() : element.getInitialConcentration();
    const bool is_given = (gives_amount || element.isSetInitialConcentration()) && !std::isnan(number);
    const bool as_amount = is_given ? gives_amount : means_amount(species);
    const NodeId node = is_given ? graph_.constant(number) : open_start(species);
    if (as_amount == stores_amount(species)) return node;
    const NodeId size = at_start(size_of_compartment(species));
    return as_amount ? divide(node, size) : multiply(node, size);
}

// --- reactions ---

/// The rate of the amount.
NodeId SbmlQuantities::rate_by_reactions(const SbmlQuantity& species, Pace pace) {
    NodeId sum = graph_.constant(0.0);
    bool is_first = true;
    for (const SbmlPart& part : species.parts) {
        if (is_fast(*part.reaction) != (pace == Pace::fast)) continue;
        NodeId term = multiply(stoichiometry(*part.reference), value(*find(part.reaction->getId())));
        if (is_first) {
            sum = part.is_product ? term : graph_.make(Op::negate, term);
        } else {
            sum = graph_.make(part.is_product ? Op::add : Op::subtract, sum, term);
        }
        is_first = false;
    }
    if (is_first) return sum;
    const NodeId factor = conversion_factor(species);
    return factor.valid() ? multiply(sum, factor) : sum;
}

/// Invalid for none.
NodeId SbmlQuantities::conversion_factor(const SbmlQuantity& species) {
    const ::Species& element = species_of(species);
    const std::string factor = element.isSetConversionFactor() ? element.getConversionFactor()
                                                               : source_.getConversionFactor();
    if (factor.empty()) return {};
    const SbmlQuantity* const conversion = find(factor);
    if (conversion == nullptr)
        throw InputError(place(element),
                         "the conversion factor `" + factor + "` of species `" + species.id + "` is not defined");
    return value(*conversion);
}

/// In extent per time.
NodeId SbmlQuantities::reaction_rate(const SbmlQuantity& quantity) {
    const auto& reaction = static_cast<const ::Reaction&>(*quantity.element);
    const ::KineticLaw* const law = reaction.getKineticLaw();
    if (law == nullptr)
        throw InputError(place(reaction), "reaction `" + quantity.id + "` has no kinetic law",
                         "constraint-based models (flux balance) are not simulated in time");
    const auto [locals, is_new] = local_parameters_.try_emplace(quantity.id);
    for (unsigned number = 0; is_new && number < law->getNumParameters(); ++number) {
        const ::Parameter& local = *law->getParameter(number);
        locals->second[local.getId()] = open_parameter(quantity.id + "." + local.getId(), local);
        if (local.isSetValue()) result_.parameters.back().value = local.getValue();
    }
    return formula(law->getMath(), *law, "kinetic law of reaction `" + quantity.id + "`", &locals->second);
}

NodeId SbmlQuantities::stoichiometry(const ::SpeciesReference& reference) {
    const std::string owner = "stoichiometry of `" + reference.getSpecies() + "`";
    if (reference.isSetStoichiometryMath())
        return formula(reference.getStoichiometryMath()->getMath(), reference, owner);
    const SbmlQuantity* const quantity = source_.getLevel() >= 3 ? find(reference.getId()) : nullptr;
    if (source_.getLevel() >= 3 && !reference.isSetStoichiometry() && quantity == nullptr)
        throw InputError(place(reference), "the " + owner + " is not given");
    if (quantity != nullptr) return value(*quantity);
    const double denominator = source_.getLevel() == 1 ? reference.getDenominator() : 1.0;
    return graph_.constant(reference.getStoichiometry() / denominator);
}

}  // namespace kohort::model
