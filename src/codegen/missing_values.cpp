#include "codegen/missing_values.hpp"

#include "model/check.hpp"
#include "model/evaluate.hpp"

namespace kohort::codegen {

namespace {

std::vector<model::NodeId> all_roots(const Program& program) {
    std::vector<model::NodeId> roots = program.rates;
    for (const auto* const nodes : {&program.initial, &program.observables, &program.roots})
        roots.insert(roots.end(), nodes->begin(), nodes->end());
    for (const LookedUp& lookup : program.lookups) roots.push_back(lookup.delay);
    for (const model::Event& event : program.model.events) {
        const std::vector<model::NodeId> nodes = model::nodes_of(event);
        roots.insert(roots.end(), nodes.begin(), nodes.end());
    }
    return roots;
}

}  // namespace

std::vector<std::uint32_t> missing_values(const Program& program) {
    const model::Graph& graph = program.model.graph;
    std::vector<bool> is_needed(program.model.parameters.size(), false);
    for (const model::NodeId id : model::needed_for(graph, all_roots(program))) {
        if (graph[id].op == model::Op::parameter) is_needed[graph[id].index] = true;
    }
    std::vector<std::uint32_t> missing;
    for (std::uint32_t index = 0; index < is_needed.size(); ++index) {
        if (is_needed[index] && model::is_left_open(program.model.parameters[index])) missing.push_back(index);
    }
    return missing;
}

}  // namespace kohort::codegen
