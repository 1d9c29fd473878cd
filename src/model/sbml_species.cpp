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
    const bool as_amount = element.isSetInitialAmount();
    const double number = as_amount ? element.getInitialAmount() : element.getInitialConcentration();
    const bool is_given = as_amount || element.isSetInitialConcentration();
    if ((!is_given || std::isnan(number)) && species.state)
        throw InputError(place(element), "species `" + species.id + "` has no value to start from",
                         "give it an initial amount, an initial concentration or an initial assignment");
    const NodeId node = graph_.constant(is_given ? number : std::numeric_limits<double>::quiet_NaN());
    if (as_amount == stores_amount(species) || !is_given) return node;
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
        if (!local.isSetValue())
            throw InputError(place(local), "the local parameter `" + local.getId() + "` of reaction `" + quantity.id +
                                               "` has no value");
        const auto index = static_cast<std::uint32_t>(result_.parameters.size());
        result_.parameters.push_back(
            {.name = quantity.id + "." + local.getId(), .value = local.getValue(), .note = {}, .place = place(local)});
        locals->second[local.getId()] = graph_.leaf(Op::parameter, index);
    }
    return formula(law->getMath(), *law, "kinetic law of reaction `" + quantity.id + "`", &locals->second);
}

NodeId SbmlQuantities::stoichiometry(const ::SpeciesReference& reference) {
    const std::string owner = "stoichiometry of `" + reference.getSpecies() + "`";
    if (reference.isSetStoichiometryMath())
        return formula(reference.getStoichiometryMath()->getMath(), reference, owner);
    const SbmlQuantity* const quantity = source_.getLevel() >= 3 ? find(reference.getId()) : nullptr;
    const bool is_worked_out = quantity != nullptr && (quantity->state || quantity->assignment != nullptr ||
                                                       quantity->initial_assignment != nullptr);
    if (source_.getLevel() >= 3 && !reference.isSetStoichiometry() && !is_worked_out)
        throw InputError(place(reference), "the " + owner + " is not given");
    if (quantity != nullptr) return value(*quantity);
    const double denominator = source_.getLevel() == 1 ? reference.getDenominator() : 1.0;
    return graph_.constant(reference.getStoichiometry() / denominator);
}

}  // namespace kohort::model
