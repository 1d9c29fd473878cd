#include "toy_models.hpp"

#include "codegen/program.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace kohort::codegen {
namespace {

using model::Op;

std::string hash_after(void (*change)(model::Model&), const LowerOptions& options = {}) {
    model::Model model = toys::predator_and_prey();
    change(model);
    return hash_of(lower(std::move(model), options));
}

std::string unchanged() {
    return hash_after([](model::Model&) {});
}

TEST(ProgramHash, is_the_same_for_the_same_program_with_another_history) {
    EXPECT_EQ(unchanged(), hash_after([](model::Model& model) {
                  // nodes that nothing needs shift the numbers of all that come later
                  (void)model.graph.make(Op::cosh, model.graph.leaf(Op::time));
              }));
    EXPECT_EQ(unchanged().size(), 64U);
}

TEST(ProgramHash, ignores_what_no_compiled_code_depends_on) {
    EXPECT_EQ(unchanged(), hash_after([](model::Model& model) { model.parameters[0].value = 99.0; }));
    EXPECT_EQ(unchanged(), hash_after([](model::Model& model) { model.parameters[0].note.meaning = "other words"; }));
    EXPECT_EQ(unchanged(), hash_after([](model::Model& model) { model.sources = {"elsewhere.txt"}; }));
}

TEST(ProgramHash, changes_with_every_part_of_a_program) {
    const auto expect_other = [](void (*change)(model::Model&)) { EXPECT_NE(unchanged(), hash_after(change)); };
    expect_other([](model::Model& model) { model.states[0].name = "rabbit"; });
    expect_other([](model::Model& model) { model.parameters[0].note.unit = "1/d"; });
    expect_other([](model::Model& model) { model.time_unit = "h"; });
    expect_other([](model::Model& model) { model.states[0].initial = model.graph.constant(-2.0); });
    expect_other([](model::Model& model) { model.states[1].rate = model.graph.constant(0.0); });
    expect_other([](model::Model& model) { std::swap(model.parameters[0], model.parameters[1]); });
    expect_other([](model::Model& model) { model.events[0].assignments[0].index = 0; });
    expect_other([](model::Model& model) {
        model.events[0].assignments[1].target = model::Assignment::Target::state, model.events[0].assignments[1].index = 1;
    });
    expect_other([](model::Model& model) { std::swap(model.events[0].assignments[0], model.events[0].assignments[1]); });
    EXPECT_NE(unchanged(), hash_after([](model::Model&) {}, {.integrals = {"prey"}}));
    EXPECT_NE(unchanged(), hash_after([](model::Model&) {}, {.observables = {"prey"}}));
}

TEST(ProgramHash, changes_with_every_part_of_events_that_happen_in_turn) {
    using model::Event, model::Graph;
    using Form = model::Assignment::Form;
    std::set<std::string> hashes{unchanged()};
    const auto expect_other = [&](auto change) {
        const std::string hash = hash_after([](model::Model& model) {
            model.event_order = model::EventOrder::in_turn;
            decltype(change)()(model.events[0], model.graph);
        });
        EXPECT_TRUE(hashes.insert(hash).second);
    };
    expect_other([](Event&, Graph&) {});
    expect_other([](Event& event, Graph&) { event.true_before_start = false; });
    expect_other([](Event& event, Graph&) { event.persistent = false; });
    expect_other([](Event& event, Graph&) { event.values_at_trigger = true; });
    expect_other([](Event& event, Graph& graph) { event.delay = graph.constant(1.0); });
    expect_other([](Event& event, Graph& graph) { event.priority = graph.constant(1.0); });
    expect_other([](Event& event, Graph& graph) {
        event.assignments[0].form = Form::value_times_factor, event.assignments[0].factor = graph.constant(1.5);
    });
    expect_other([](Event& event, Graph& graph) {
        event.assignments[0].form = Form::factor_over_value, event.assignments[0].factor = graph.constant(1.5);
    });
}

TEST(ProgramHash, tells_constants_apart_by_their_bits) {
    EXPECT_NE(hash_after([](model::Model& model) { model.states[0].initial = model.graph.constant(0.0); }),
              hash_after([](model::Model& model) { model.states[0].initial = model.graph.constant(-0.0); }));
    EXPECT_NE(hash_after([](model::Model& model) { model.states[0].initial = model.graph.constant(3.25); }),
              hash_after([](model::Model& model) { model.states[0].initial = model.graph.constant(3.25 + 0x1p-51); }));
}

}  // namespace
}  // namespace kohort::codegen
