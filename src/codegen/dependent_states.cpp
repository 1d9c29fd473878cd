#include "codegen/dependent_states.hpp"

#include "model/evaluate.hpp"
#include "model/moieties.hpp"
#include "model/reorder.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace kohort::codegen {
namespace {

using model::Graph;
using model::Model;
using model::NodeId;
using model::Op;

using Rows = std::vector<std::set<std::uint32_t>>;  // (n_states) the states that each rate depends on

Rows dependence_of(const Model& model) {
    Rows rows;
    for (const model::State& state : model.states) {
        std::set<std::uint32_t> row;
        for (const NodeId id : model::needed_for(model.graph, std::span(&state.rate, 1))) {
            if (model.graph[id].op == Op::state) row.insert(model.graph[id].index);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

/// |value| of each state at the start, with everything at its default; 0 where that is not known.
std::vector<double> sizes_at_start(const Model& model) {
    std::vector<NodeId> roots;
    std::vector<double> parameters;
    std::vector<double> inputs;
    for (const model::State& state : model.states) roots.push_back(state.initial);
    for (const model::Parameter& parameter : model.parameters) parameters.push_back(parameter.value);
    for (const model::Input& input : model.inputs) inputs.push_back(input.default_value.value_or(0.0));
    std::vector<double> sizes = model::evaluate(
        model.graph, roots, {.time = 0.0, .states = {}, .parameters = parameters, .inputs = inputs});
    for (double& size : sizes) size = std::isfinite(size) ? std::abs(size) : 0.0;
    return sizes;
}

/// All states, those first that should not follow from others: integrals, then small ones, then those that many rates depend on.
std::vector<std::uint32_t> by_preference(const Model& model, const Rows& rows, std::uint32_t n_integrals) {
    const std::size_t n = model.states.size();
    const std::vector<double> size = sizes_at_start(model);
    std::vector<std::uint32_t> readers(n, 0);
    for (const auto& row : rows) {
        for (const std::uint32_t state : row) ++readers[state];
    }
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    const std::size_t first_integral = n - n_integrals;
    std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
        if ((a >= first_integral) != (b >= first_integral)) return a >= first_integral;
        if (size[a] != size[b]) return size[a] < size[b];
        return readers[a] > readers[b];
    });
    return order;
}

/// Takes state out of rows if they do not have more entries then. Returns whether that was so.
bool take_out(Rows& rows, std::uint32_t state, const Followed& parts) {
    std::size_t removed = rows[state].size();
    std::size_t added = 0;
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        if (row == state || !rows[row].contains(state)) continue;
        ++removed;
        for (const FollowedPart& part : parts) added += rows[row].contains(part.state) ? 0 : 1;
    }
    if (added > removed) return false;
    rows[state].clear();
    for (auto& row : rows) {
        if (row.erase(state) == 0) continue;
        for (const FollowedPart& part : parts) row.insert(part.state);
    }
    return true;
}

std::map<std::uint32_t, Followed> choose(const Model& model, std::uint32_t n_integrals) {
    Rows rows = dependence_of(model);
    const model::Conservation found = model::find_conservation(model, by_preference(model, rows, n_integrals));
    std::map<std::uint32_t, Followed> chosen;
    const std::size_t first_integral = model.states.size() - n_integrals;
    const auto consider = [&](std::uint32_t state, Followed parts) {
        if (state < first_integral && take_out(rows, state, parts)) chosen.emplace(state, std::move(parts));
    };
    for (const std::uint32_t state : found.at_rest) consider(state, {});
    for (const model::Moiety& moiety : found.moieties) {
        Followed parts;
        for (std::size_t at = 0; at + 1 < moiety.size(); ++at)
            parts.push_back({moiety[at].state, -moiety[at].coefficient});
        consider(moiety.back().state, std::move(parts));
    }
    return chosen;
}

NodeId times(Graph& graph, double factor, NodeId value) {
    if (factor == 1.0) return value;
    if (factor == -1.0) return graph.make(Op::negate, value);
    return graph.make(Op::multiply, graph.constant(factor), value);
}

/// sum + factor * value; sum may be invalid, for 0
NodeId add_times(Graph& graph, NodeId sum, double factor, NodeId value) {
    if (!sum.valid()) return times(graph, factor, value);
    if (factor == -1.0) return graph.make(Op::subtract, sum, value);
    return graph.make(Op::add, sum, times(graph, factor, value));
}

}  // namespace

DependentStates put_dependent_states_first(Model& model, std::uint32_t n_integrals) {
    const bool has_implicit = std::ranges::any_of(
        model.states, [](const model::State& state) { return state.kind != model::State::Kind::differential; });
    if (has_implicit) return {};
    const std::map<std::uint32_t, Followed> chosen = choose(model, n_integrals);
    if (chosen.empty() || chosen.size() == model.states.size()) return {};
    DependentStates result;
    std::vector<std::uint32_t>& old_of_new = result.old_of_new;
    for (const auto& [state, parts] : chosen) old_of_new.push_back(state);
    for (std::uint32_t state = 0; state < model.states.size(); ++state) {
        if (!chosen.contains(state)) old_of_new.push_back(state);
    }
    std::vector<std::uint32_t> new_of_old(old_of_new.size());
    for (std::uint32_t place = 0; place < old_of_new.size(); ++place) new_of_old[old_of_new[place]] = place;
    for (const auto& [state, parts] : chosen) {
        result.dependent.push_back(parts);
        for (FollowedPart& part : result.dependent.back()) part.state = new_of_old[part.state];
    }
    model::put_states_in_order(model, old_of_new);
    return result;
}

std::vector<std::vector<model::Partial>> jacobian_of_free_states(Graph& graph,
                                                                 const std::vector<std::vector<model::Partial>>& rows,
                                                                 const std::vector<Followed>& dependent) {
    std::vector<std::vector<model::Partial>> free(rows.size());
    for (std::size_t row = dependent.size(); row < rows.size(); ++row) {
        std::map<std::uint32_t, NodeId> values;
        for (const model::Partial& partial : rows[row]) {
            if (partial.column >= dependent.size()) values[partial.column] = partial.value;
        }
        for (const model::Partial& partial : rows[row]) {
            if (partial.column >= dependent.size()) continue;
            for (const auto& [state, factor] : dependent[partial.column])
                values[state] = add_times(graph, values[state], factor, partial.value);
        }
        for (const auto& [column, value] : values) {
            if (!graph.is_constant(value, 0.0)) free[row].push_back({column, value});
        }
    }
    return free;
}

}  // namespace kohort::codegen
