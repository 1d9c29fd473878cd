#include "model/reorder.hpp"

#include <gtest/gtest.h>

namespace kohort::model {
namespace {

TEST(Reorder, implicit_states_come_first_and_everything_still_means_them) {
    Model model;
    Graph& graph = model.graph;
    const NodeId x = graph.leaf(Op::state, 0);
    const NodeId z = graph.leaf(Op::state, 1);
    const NodeId f = graph.leaf(Op::state, 2);
    const NodeId zero = graph.constant(0.0);
    model.states.push_back({.name = "x", .rate = z, .initial = zero, .note = {}, .place = {}});
    model.states.push_back({.name = "z", .rate = x, .initial = zero, .note = {}, .place = {}, .kind = State::Kind::algebraic});
    model.states.push_back(
        {.name = "f", .rate = zero, .initial = zero, .note = {}, .place = {}, .kind = State::Kind::fast, .fast_rate = f});
    model.observables.push_back({.name = "both", .value = graph.make(Op::subtract, x, f), .note = {}, .place = {}});
    model.events.push_back({.name = "e", .condition = graph.make(Op::less, x, z), .assignments = {}, .place = {}});
    model.events[0].assignments.push_back({.target = Assignment::Target::state, .index = 0, .value = f});

    put_implicit_states_first(model);

    ASSERT_EQ(model.states.size(), 3U);
    EXPECT_EQ(model.states[0].name, "z");
    EXPECT_EQ(model.states[1].name, "f");
    EXPECT_EQ(model.states[2].name, "x");
    const NodeId new_z = graph.leaf(Op::state, 0);
    const NodeId new_f = graph.leaf(Op::state, 1);
    const NodeId new_x = graph.leaf(Op::state, 2);
    EXPECT_EQ(model.states[0].rate, new_x);
    EXPECT_EQ(model.states[1].fast_rate, new_f);
    EXPECT_EQ(model.states[2].rate, new_z);
    EXPECT_EQ(model.observables[0].value, graph.make(Op::subtract, new_x, new_f));
    EXPECT_EQ(model.events[0].condition, graph.make(Op::less, new_x, new_z));
    EXPECT_EQ(model.events[0].assignments[0].index, 2U);
    EXPECT_EQ(model.events[0].assignments[0].value, new_f);
}

}  // namespace
}  // namespace kohort::model
