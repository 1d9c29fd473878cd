#include "toy_models.hpp"

#include <array>

namespace kohort::codegen::toys {

using model::Model;
using model::NodeId;
using model::Op;

NodeId Builder::state(const std::string& name, double initial) {
    const NodeId zero = constant(0.0);
    model.states.push_back({.name = name, .rate = zero, .initial = constant(initial), .note = {}, .place = {}});
    return model.graph.leaf(Op::state, static_cast<std::uint32_t>(model.states.size() - 1));
}

NodeId Builder::parameter(const std::string& name, double value) {
    model.parameters.push_back({.name = name, .value = value, .note = {}, .place = {}});
    return model.graph.leaf(Op::parameter, static_cast<std::uint32_t>(model.parameters.size() - 1));
}

NodeId Builder::input(const std::string& name, double value) {
    model.inputs.push_back({.name = name, .default_value = value, .note = {}, .place = {}});
    return model.graph.leaf(Op::input, static_cast<std::uint32_t>(model.inputs.size() - 1));
}

void Builder::rate(const std::string& state, NodeId value) {
    for (auto& candidate : model.states) {
        if (candidate.name == state) candidate.rate = value;
    }
}

void Builder::observable(const std::string& name, NodeId value, model::Observable::Kind kind) {
    model.observables.push_back({.name = name, .value = value, .kind = kind, .note = {}, .place = {}});
}

Model predator_and_prey() {
    Builder b;
    b.model.name = "predator and prey";
    b.model.time_unit = "d";
    const NodeId prey = b.state("prey", 2.0);
    const NodeId hunter = b.state("hunter", 0.5);
    const NodeId growth = b.parameter("growth", 1.1);
    const NodeId capacity = b.parameter("capacity", 8.0);
    const NodeId hunger = b.parameter("hunger", 0.9);
    const NodeId half = b.parameter("half", 1.5);
    const NodeId loss = b.parameter("loss", 0.3);
    const NodeId food = b.input("food", 0.05);

    const NodeId crowding = b.make(Op::subtract, b.constant(1.0), b.make(Op::divide, prey, capacity));
    const NodeId births = b.make(Op::multiply, b.make(Op::multiply, growth, prey), crowding);
    const NodeId squared = b.make(Op::power, prey, b.constant(2.0));
    const NodeId saturation = b.make(Op::add, b.make(Op::power, half, b.constant(2.0)), squared);
    const NodeId eaten = b.make(Op::divide, b.make(Op::multiply, b.make(Op::multiply, hunger, squared), hunter), saturation);
    const NodeId season = b.make(Op::sin, b.make(Op::multiply, b.constant(0.2), b.time()));
    b.rate("prey", b.make(Op::add, b.make(Op::subtract, births, eaten), b.make(Op::multiply, food, season)));
    b.rate("hunter", b.make(Op::subtract, b.make(Op::multiply, b.constant(0.4), eaten), b.make(Op::multiply, loss, hunter)));
    b.observable("eaten", eaten);
    b.observable("ratio", b.make(Op::divide, prey, hunter), model::Observable::Kind::output);
    b.observable("log prey", b.make(Op::log, prey), model::Observable::Kind::feature);

    const NodeId many = b.make(Op::logical_and, b.make(Op::greater, hunter, b.constant(2.0)),
                               b.make(Op::less, b.time(), b.constant(50.0)));
    const auto state = model::Assignment::Target::state;
    const auto parameter = model::Assignment::Target::parameter;
    b.model.events.push_back({.name = "cull",
                              .condition = many,
                              .assignments = {{state, 1, b.make(Op::multiply, hunter, b.constant(0.5))},
                                              {parameter, 4, b.make(Op::add, loss, hunter)},
                                              {state, 0, b.make(Op::add, prey, hunter)}},
                              .place = {}});
    return std::move(b.model);
}

Model ring(int n_states) {
    Builder b;
    b.model.name = "ring";
    b.model.time_unit = "min";
    std::vector<NodeId> states;
    std::vector<NodeId> flows;
    for (int state = 0; state < n_states; ++state)
        states.push_back(b.state("x" + std::to_string(state), 1.0 + 0.1 * state));
    for (int state = 0; state < n_states; ++state) {
        const NodeId x = states[static_cast<std::size_t>(state)];
        const NodeId rate = b.parameter("v" + std::to_string(state), 0.5 + 0.01 * state);
        const NodeId half = b.parameter("k" + std::to_string(state), 1.0 + 0.02 * state);
        flows.push_back(b.make(Op::divide, b.make(Op::multiply, rate, x), b.make(Op::add, half, x)));
    }
    const NodeId wave = b.make(Op::exp, b.make(Op::negate, b.time()));
    for (std::size_t state = 0; state < states.size(); ++state) {
        const std::size_t before = (state + states.size() - 1) % states.size();
        const std::size_t across = (3 * state + 5) % states.size();
        const NodeId coupling = b.make(Op::multiply, b.make(Op::multiply, wave, states[across]), b.constant(0.01));
        const NodeId net = b.make(Op::subtract, flows[before], flows[state]);
        b.rate("x" + std::to_string(state), b.make(Op::add, net, coupling));
    }
    return std::move(b.model);
}

RandomExpressions::RandomExpressions(Model& model, std::uint64_t seed) : model_(model), random_(seed) {
    model::Graph& graph = model.graph;
    for (std::uint32_t index = 0; index < model.states.size(); ++index) pool_.push_back(graph.leaf(Op::state, index));
    for (std::uint32_t index = 0; index < model.parameters.size(); ++index)
        pool_.push_back(graph.leaf(Op::parameter, index));
    for (std::uint32_t index = 0; index < model.inputs.size(); ++index) pool_.push_back(graph.leaf(Op::input, index));
    pool_.push_back(graph.leaf(Op::time));
    for (const double value : {0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 3.0, -2.0, 8.0, 0.1, 1e-3, -7.25, 1e10, 1.0 / 3.0}) {
        pool_.push_back(graph.constant(value));
    }
    n_leaves_ = pool_.size();
}

NodeId RandomExpressions::argument() {
    constexpr std::size_t recent = 12;
    const bool near = below(2) == 0;
    return near ? pool_[pool_.size() - 1 - below(recent)] : pool_[below(pool_.size())];
}

NodeId RandomExpressions::draw(int n_operations) {
    constexpr auto first = static_cast<std::size_t>(Op::add);
    constexpr auto last = static_cast<std::size_t>(Op::select);
    constexpr std::array common{Op::add, Op::subtract, Op::multiply, Op::divide, Op::negate, Op::power};
    constexpr std::size_t most_shared = 40;  // forget now and then, or NaN would spread through everything
    if (pool_.size() > n_leaves_ + most_shared) pool_.resize(n_leaves_);
    NodeId node = argument();
    for (int count = 0; count < n_operations; ++count) {
        Op op = below(4) != 0 ? common[below(common.size())] : static_cast<Op>(first + below(last - first + 1));
        if (op == Op::fma) op = Op::multiply;  // never made by a reader
        const NodeId other = argument();
        const NodeId third = argument();
        const bool swap = below(2) == 0;
        const int arity = model::arity(op);
        node = model_.graph.make(op, swap && arity > 1 ? other : node, arity > 1 ? (swap ? node : other) : NodeId{},
                                 arity > 2 ? third : NodeId{});
        pool_.push_back(node);
    }
    return node;
}

double RandomExpressions::leaf_value() {
    const double unit = static_cast<double>(random_() >> 11U) * 0x1p-53;
    switch (below(12)) {
        case 0: return 0.0;
        case 1: return -4.0 * unit;
        case 2: return 1e6 * unit;
        case 3: return 1e-9 * unit;
        case 4: return static_cast<double>(below(5));
        default: return 3.0 * unit;
    }
}

}  // namespace kohort::codegen::toys
