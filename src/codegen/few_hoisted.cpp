#include "codegen/few_hoisted.hpp"

#include <algorithm>
#include <set>

namespace kohort::codegen {
namespace {

using model::Graph;
using model::NodeId;
using model::Op;

struct Leaf {
    Op op;
    std::uint32_t index;
    std::vector<std::uint32_t> readers;  // slots of the hoisted values that depend on it
};

/// What may change in a twin's life, as far as a model tells.
std::vector<Leaf> changing_leaves(const model::Model& model) {
    std::vector<Leaf> leaves;
    for (std::uint32_t input = 0; input < model.inputs.size(); ++input) leaves.push_back({Op::input, input, {}});
    std::set<std::uint32_t> assigned;
    for (const model::Event& event : model.events) {
        for (const model::Assignment& assignment : event.assignments) {
            if (assignment.target == model::Assignment::Target::parameter) assigned.insert(assignment.index);
        }
    }
    for (const std::uint32_t parameter : assigned) leaves.push_back({Op::parameter, parameter, {}});
    return leaves;
}

std::vector<std::uint32_t> readers_of(const Leaf& leaf, const Graph& graph, const Hoisting& hoisting) {
    std::vector<std::uint32_t> readers;
    std::vector<bool> reads(graph.size(), false);
    for (std::uint32_t id = 0; id < graph.size(); ++id) {
        const model::Node& node = graph[NodeId{id}];
        reads[id] = node.op == leaf.op && node.index == leaf.index;
        for (std::size_t place = 0; place < static_cast<std::size_t>(model::arity(node.op)); ++place)
            reads[id] = reads[id] || reads[node.arguments[place].value];
        if (reads[id] && hoisting.slot[id] != no_position) readers.push_back(hoisting.slot[id]);
    }
    return readers;
}

}  // namespace

FewHoisted plan_few_hoisted(const Program& program, const Hoisting& hoisting, const std::vector<std::uint32_t>& uses) {
    const Graph& graph = program.model.graph;
    FewHoisted few;
    few.by_parameter.assign(program.model.parameters.size(), Stale::all);
    few.by_input.assign(program.model.inputs.size(), Stale::all);
    std::vector<Leaf> leaves = changing_leaves(program.model);
    for (Leaf& leaf : leaves) leaf.readers = readers_of(leaf, graph, hoisting);
    std::erase_if(leaves, [](const Leaf& leaf) { return leaf.readers.size() > most_readers; });
    std::ranges::stable_sort(leaves, {}, [](const Leaf& leaf) { return leaf.readers.size(); });
    std::set<std::uint32_t> slots;
    for (const Leaf& leaf : leaves) {
        std::set<std::uint32_t> more = slots;
        more.insert(leaf.readers.begin(), leaf.readers.end());
        if (static_cast<double>(more.size()) > most_of_few * static_cast<double>(hoisting.nodes.size())) break;
        slots = std::move(more);
        (leaf.op == Op::input ? few.by_input : few.by_parameter)[leaf.index] = leaf.readers.empty() ? Stale::none
                                                                                                    : Stale::few;
    }
    few.slots.assign(slots.begin(), slots.end());
    Hoisting others = hoisting;
    std::vector<NodeId> outputs;
    for (const std::uint32_t slot : few.slots) {
        outputs.push_back(hoisting.nodes[slot]);
        others.slot[hoisting.nodes[slot].value] = no_position;
    }
    few.tape = make_tape(graph, outputs, &others, uses);
    return few;
}

}  // namespace kohort::codegen
