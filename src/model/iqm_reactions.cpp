#include "model/iqm_reactions.hpp"

#include "base/text.hpp"
#include "model/annotation.hpp"
#include "model/tokens.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace kohort::model {

namespace {

std::vector<IqmTerm> read_side(std::string_view side, const Place& place) {
    std::vector<IqmTerm> terms;
    if (trim(side).empty()) return terms;
    for (const std::string_view part : split(side, '+')) {
        IqmTerm term{.factor = 1.0, .species = {}, .place = place};
        const std::size_t star = part.find('*');
        term.species = trim(star == std::string_view::npos ? part : part.substr(star + 1));
        if (star != std::string_view::npos) {
            const std::string_view factor = trim(part.substr(0, star));
            const auto [end, error] = std::from_chars(factor.data(), factor.data() + factor.size(), term.factor);
            if (error != std::errc{} || end != factor.data() + factor.size())
                throw InputError(place, "`" + std::string(factor) + "` is not a number of molecules",
                                 "write `2*A + B => C : name`");
        }
        if (!is_name(term.species))
            throw InputError(place, "`" + std::string(trim(part)) + "` is not a species", "write `2*A + B => C : name`");
        terms.push_back(std::move(term));
    }
    return terms;
}

/// vf or vr.
const Declaration* find_rate(const IqmReaction& reaction, std::string_view name) {
    const auto is_named = [&](const Declaration& rate) { return rate.name == name; };
    const auto found = std::find_if(reaction.rates.begin(), reaction.rates.end(), is_named);
    return found == reaction.rates.end() ? nullptr : &*found;
}

void check_rates(const IqmReaction& reaction) {
    const auto refuse = [&](const Place& place, const std::string& problem, const std::string& remedy) {
        throw InputError(place, "reaction `" + reaction.name + "` " + problem, remedy);
    };
    for (const Declaration& rate : reaction.rates) {
        if (rate.name != "vf" && rate.name != "vr")
            refuse(rate.name_place, "is followed by `" + rate.name + "`", "only `vf = rate` and `vr = rate` may follow");
        if (&rate != find_rate(reaction, rate.name)) refuse(rate.name_place, "has two `" + rate.name + "`", "keep one");
    }
    if (find_rate(reaction, "vf") == nullptr) refuse(reaction.place, "has no rate", "add `vf = rate`");
    const bool has_reverse = find_rate(reaction, "vr") != nullptr;
    if (reaction.is_reversible && !has_reverse)
        refuse(reaction.place, "is reversible and has no `vr`", "add `vr = rate`");
    if (!reaction.is_reversible && has_reverse)
        refuse(reaction.place, "goes one way and has a `vr`", "write `<=>`, or remove `vr`");
}

/// The names with an initial value, in the order of the lines, and those of species in the order of reactions.
std::vector<std::string> names_in_order(const SundContext& sund, const IqmText& text) {
    std::vector<std::string> names;
    for (const Declaration& line : sund.text[Section::states]) {
        const std::string left = without_blanks(line.name);
        if (left.ends_with("(0)")) names.push_back(left.substr(0, left.size() - 3));
    }
    for (const IqmReaction& reaction : text.reactions) {
        for (const auto* side : {&reaction.substrates, &reaction.products}) {
            for (const IqmTerm& term : *side) names.push_back(term.species);
        }
    }
    return names;
}

std::map<std::string, Place> places_of_species(const IqmText& text) {
    std::map<std::string, Place> places;
    for (const IqmReaction& reaction : text.reactions) {
        for (const auto* side : {&reaction.substrates, &reaction.products}) {
            for (const IqmTerm& term : *side) places.emplace(term.species, term.place);
        }
    }
    return places;
}

/// The sum over reactions, in their order.
class RateOfSpecies {
public:
    explicit RateOfSpecies(Graph& graph) : graph_(graph) {}
    void add(NodeId rate, double factor, bool is_product) {
        const NodeId term = graph_.make(Op::multiply, graph_.constant(factor), rate);
        if (!sum_.valid())
            sum_ = is_product ? term : graph_.make(Op::negate, term);
        else
            sum_ = graph_.make(is_product ? Op::add : Op::subtract, sum_, term);
    }
    [[nodiscard]] NodeId sum() const { return sum_; }

private:
    Graph& graph_;
    NodeId sum_;
};

}  // namespace

IqmReaction read_equation(const TextLine& line, const std::string& file) {
    const auto refuse = [&](const std::string& problem) {
        throw InputError({file, line.number, 1}, problem,
                         "write `2*A + B => C : name`, and `vf = rate` on a line of its own");
    };
    IqmReaction reaction{
        .name = {}, .place = {file, line.number, 1}, .substrates = {}, .products = {}, .rates = {}, .comment = {}};
    const std::size_t arrow = line.text.find("=>");
    const std::size_t colon = line.text.find(':');
    if (colon == std::string_view::npos || colon < arrow) refuse("this reaction has no name");
    reaction.is_reversible = arrow > 0 && line.text[arrow - 1] == '<';
    reaction.name = trim(line.text.substr(colon + 1));
    if (!is_name(reaction.name)) refuse("`" + reaction.name + "` is not a name for a reaction");
    reaction.substrates = read_side(line.text.substr(0, arrow - (reaction.is_reversible ? 1 : 0)), reaction.place);
    reaction.products = read_side(line.text.substr(arrow + 2, colon - arrow - 2), reaction.place);
    reaction.comment = line.comment;
    return reaction;
}

void name_species(SundContext& sund, const IqmText& text) {
    std::set<std::string> fixed;
    for (const Declaration& variable : sund.text[Section::variables]) fixed.insert(variable.name);
    const std::map<std::string, Place> places = places_of_species(text);
    for (const std::string& name : names_in_order(sund, text)) {
        const auto place = places.find(name);
        if (place == places.end() || fixed.contains(name) || sund.symbols.what_is(name) == "parameter") continue;
        if (sund.symbols.what_is(name) == "state")
            throw InputError(place->second, "`" + name + "` takes part in reactions and has a rate of its own",
                             "write its rate in one way");
        fixed.insert(name);
        const auto index = static_cast<std::uint32_t>(sund.model.states.size());
        sund.symbols.declare(name, "state", place->second);
        sund.symbols.define(name, sund.model.graph.leaf(Op::state, index));
        sund.model.states.push_back({.name = name, .rate = {}, .initial = {}, .note = {}, .place = place->second});
    }
}

void read_reactions(SundContext& sund, const IqmText& text) {
    Graph& graph = sund.model.graph;
    std::map<std::string, RateOfSpecies> rates;
    for (const IqmReaction& reaction : text.reactions) {
        check_rates(reaction);
        NodeId rate = sund.expression(*find_rate(reaction, "vf"));
        if (reaction.is_reversible) rate = graph.make(Op::subtract, rate, sund.expression(*find_rate(reaction, "vr")));
        sund.symbols.declare(reaction.name, "reaction", reaction.place);
        sund.symbols.define(reaction.name, rate);
        sund.model.observables.push_back({.name = reaction.name,
                                          .value = rate,
                                          .kind = Observable::Kind::variable,
                                          .note = read_annotation(reaction.comment),
                                          .place = reaction.place});
        const auto add = [&](const std::vector<IqmTerm>& side, bool is_product) {
            for (const IqmTerm& term : side)
                rates.try_emplace(term.species, graph).first->second.add(rate, term.factor, is_product);
        };
        add(reaction.substrates, false);
        add(reaction.products, true);
    }
    for (State& state : sund.model.states) {
        if (const auto found = rates.find(state.name); found != rates.end()) state.rate = found->second.sum();
    }
}

}  // namespace kohort::model
