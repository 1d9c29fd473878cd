// Fast reactions of SbmlQuantities: they are at equilibrium at every time (SBML Level 2 Version 4, section 4.13.1).
//
// The species that fast reactions change together form a group. As many of them as there are independent fast reactions are
// pivots, states of kind fast (model.hpp). What the others have beyond their share in the pivots' changes is conserved by
// the fast reactions and changed by the slow ones alone; that is their state. So no equation adds fast to slow, and the
// totals are kept to rounding.
#include "model/sbml_quantities.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace kohort::model {

namespace {

using Row = std::vector<double>;  // stoichiometric numbers of one species, by reaction

/// Rows as sums of independent ones among them, by Gauss-Jordan elimination on a copy that remembers what it has done.
class RowBasis {
public:
    explicit RowBasis(std::size_t n_columns) : n_columns_(n_columns) {}

    /// The factors of the basis rows that add up to row, or nothing if it is independent of them; then it joins them.
    std::optional<Row> factors_or_join(const Row& row) {
        Row rest = row;
        Row factors(rows_.size(), 0.0);
        for (const Reduced& reduced : rows_) {
            const double times = rest[reduced.column];
            for (std::size_t column = 0; column < n_columns_; ++column) rest[column] -= times * reduced.row[column];
            for (std::size_t basis = 0; basis < reduced.factors.size(); ++basis)
                factors[basis] += times * reduced.factors[basis];
        }
        const auto largest = std::ranges::max_element(rest, {}, [](double number) { return std::abs(number); });
        if (largest == rest.end() || std::abs(*largest) <= negligible) return factors;
        Reduced joining{rest, factors, static_cast<std::size_t>(largest - rest.begin())};
        const double scale = 1.0 / *largest;
        for (double& number : joining.row) number *= scale;
        for (double& factor : joining.factors) factor *= -scale;
        joining.factors.push_back(scale);
        rows_.push_back(std::move(joining));
        return std::nullopt;
    }

private:
    static constexpr double negligible = 1e-12;  // of stoichiometric numbers, which are near 1
    struct Reduced {
        Row row;      // 1 in its column
        Row factors;  // of the basis rows as they were given
        std::size_t column;
    };
    std::size_t n_columns_;
    std::vector<Reduced> rows_;
};

}  // namespace

void SbmlQuantities::find_fast_groups() {
    std::vector<const ::Reaction*> left;
    for (unsigned number = 0; number < source_.getNumReactions(); ++number) {
        if (is_fast(*source_.getReaction(number))) left.push_back(source_.getReaction(number));
    }
    const auto changes = [&](std::size_t index, const ::Reaction* reaction) {
        return std::ranges::any_of(quantities_[index].parts,
                                   [&](const SbmlPart& part) { return part.reaction == reaction; });
    };
    while (!left.empty()) {
        std::vector<const ::Reaction*> group{left.front()};
        left.erase(left.begin());
        std::set<std::size_t> species;
        for (std::size_t next = 0; next < group.size(); ++next) {
            for (std::size_t index = 0; index < quantities_.size(); ++index) {
                if (!changes(index, group[next]) || !species.insert(index).second) continue;
                const auto also = std::stable_partition(
                    left.begin(), left.end(), [&](const ::Reaction* reaction) { return !changes(index, reaction); });
                group.insert(group.end(), also, left.end());
                left.erase(also, left.end());
            }
        }
        const std::vector<std::size_t> members(species.begin(), species.end());
        refuse_changes_by_events(members);
        if (group.size() == 1) {
            take_pivot(*group.front(), members);
        } else {
            take_pivots(group, members);
        }
    }
}

/// An event would have to change what is conserved instead of what it assigns to.
void SbmlQuantities::refuse_changes_by_events(const std::vector<std::size_t>& species) const {
    const auto refuse = [&](const SbmlQuantity& quantity) {
        if (quantity.assigned_by_event)
            throw InputError(
                place(*quantity.element),
                "an event assigns to " + title(quantity) + ", which is part of a fast reaction: that is not treated",
                "give the reaction a large rate instead");
    };
    for (const std::size_t index : species) {
        refuse(quantities_[index]);
        for (const SbmlPart& part : quantities_[index].parts) {
            if (!is_fast(*part.reaction)) continue;
            if (const SbmlQuantity* const number = find(part.reference->getId())) refuse(*number);
        }
    }
}

/// The number, where it is written as one and nothing can change it.
std::optional<double> SbmlQuantities::stoichiometric_number(const ::SpeciesReference& reference) const {
    const bool has_id = source_.getLevel() >= 3 && find(reference.getId()) != nullptr;
    if (reference.isSetStoichiometryMath() || has_id) return std::nullopt;
    if (source_.getLevel() >= 3 && !reference.isSetStoichiometry()) return std::nullopt;
    return reference.getStoichiometry() / (source_.getLevel() == 1 ? reference.getDenominator() : 1);
}

/// Of one reaction, the first species whose number is written; the shares of the others are quotients of what is written.
void SbmlQuantities::take_pivot(const ::Reaction& reaction, const std::vector<std::size_t>& species) {
    std::vector<std::size_t> changed;
    std::optional<std::size_t> pivot;
    for (const std::size_t index : species) {
        double net = 0.0;
        bool written = true;
        for (const SbmlPart& part : quantities_[index].parts) {
            if (part.reaction != &reaction) continue;
            const std::optional<double> number = stoichiometric_number(*part.reference);
            written = written && number;
            net += part.is_product ? number.value_or(0.0) : -number.value_or(0.0);
        }
        if (written && net == 0.0) continue;  // a catalyst
        changed.push_back(index);
        if (written && !pivot) pivot = index;
    }
    if (changed.empty()) return;
    if (!pivot) pivot = changed.front();
    quantities_[*pivot].is_pivot = true;
    for (const std::size_t index : changed) {
        if (index != *pivot) quantities_[index].shares.push_back({*pivot, std::nullopt});
    }
}

void SbmlQuantities::take_pivots(const std::vector<const ::Reaction*>& reactions, const std::vector<std::size_t>& species) {
    RowBasis basis(reactions.size());
    std::vector<std::size_t> pivots;
    for (const std::size_t index : species) {
        const Row row = fast_numbers(index, reactions);
        const std::optional<Row> factors = basis.factors_or_join(row);
        if (!factors) {
            quantities_[index].is_pivot = true;
            pivots.push_back(index);
            continue;
        }
        for (std::size_t pivot = 0; pivot < pivots.size(); ++pivot) {
            if ((*factors)[pivot] != 0.0) quantities_[index].shares.push_back({pivots[pivot], (*factors)[pivot]});
        }
    }
}

std::vector<double> SbmlQuantities::fast_numbers(std::size_t species, const std::vector<const ::Reaction*>& reactions) const {
    const SbmlQuantity& quantity = quantities_[species];
    const auto& element = static_cast<const ::Species&>(*quantity.element);
    Row row(reactions.size(), 0.0);
    for (const SbmlPart& part : quantity.parts) {
        const auto column = std::ranges::find(reactions, part.reaction);
        if (column == reactions.end()) continue;
        const std::optional<double> number = stoichiometric_number(*part.reference);
        if (!number || element.isSetConversionFactor() || source_.isSetConversionFactor())
            throw InputError(place(*part.reference),
                             "reaction `" + part.reaction->getId() + "` is fast, shares " + title(quantity) +
                                 " with other fast reactions, and its stoichiometry is not a plain number",
                             "give the stoichiometry as a number, without an id and a conversion factor");
        row[static_cast<std::size_t>(column - reactions.begin())] += part.is_product ? *number : -*number;
    }
    return row;
}

NodeId SbmlQuantities::share(const SbmlQuantity& species, const SbmlShare& share) {
    if (share.factor) return graph_.constant(*share.factor);
    const auto written = [&](const SbmlQuantity& quantity) {
        NodeId sum;
        for (const SbmlPart& part : quantity.parts) {
            if (!is_fast(*part.reaction)) continue;
            NodeId number = stoichiometry(*part.reference);
            if (!part.is_product) number = graph_.make(Op::negate, number);
            sum = sum.valid() ? graph_.make(Op::add, sum, number) : number;
        }
        const NodeId factor = conversion_factor(quantity);
        return factor.valid() ? multiply(sum, factor) : sum;
    };
    return divide(written(species), written(quantities_[share.pivot]));
}

NodeId SbmlQuantities::rate_of_conserved(const SbmlQuantity& species) {
    NodeId sum = rate_by_reactions(species, Pace::slow);
    const auto subtract = [&](NodeId what) {
        if (graph_.is_constant(what, 0.0)) return;
        sum = graph_.is_constant(sum, 0.0) ? graph_.make(Op::negate, what) : graph_.make(Op::subtract, sum, what);
    };
    for (const SbmlShare& part : species.shares) {
        const SbmlQuantity& pivot = quantities_[part.pivot];
        const NodeId factor = share(species, part);
        const NodeId slow = rate_by_reactions(pivot, Pace::slow);
        if (!graph_.is_constant(slow, 0.0)) subtract(multiply(factor, slow));
        const NodeId change = rate_of(factor);
        if (!graph_.is_constant(change, 0.0)) subtract(multiply(change, amount(pivot)));
    }
    return sum;
}

}  // namespace kohort::model
