// Where steps of a lowered program must end: roots of conditions, of relations of time, and of what jumps at known times.
#include "default_twin.hpp"
#include "toy_models.hpp"

#include "codegen/longest_step.hpp"
#include "kernels/integrate_lanes.hpp"
#include "model/sund.hpp"
#include "model/symbols.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace kohort::codegen {
namespace {

using model::NodeId;
using model::Op;
using testing::ElementsAre;

TEST(Lower, finds_the_roots_of_event_conditions_and_of_time_relations) {
    toys::Builder b;
    const NodeId x = b.state("x");
    const NodeId p = b.parameter("p");
    const NodeId late = b.make(Op::greater, b.time(), p);
    const NodeId high = b.make(Op::greater, x, p);
    const NodeId flag = b.make(Op::less, p, b.constant(1.0));
    const NodeId both = b.make(Op::greater, b.time(), x);
    // only the time relation has a root: error control sees to those of states, and the last one never moves
    b.rate("x", b.make(Op::select, late, b.make(Op::select, high, x, p),
                       b.make(Op::select, flag, b.make(Op::select, both, x, p), p)));
    b.model.events.push_back({.name = "e", .condition = b.make(Op::logical_and, high, flag), .assignments = {}, .place = {}});
    const Program program = lower(b.model, {});
    EXPECT_EQ(program.n_event_roots, 1U);
    EXPECT_EQ(program.roots.size(), 2U);
    const DefaultTwin twin(program);
    EXPECT_THAT(twin.values(&InterpretedModel::roots<double>, 2, 4.0, {3.0}), ElementsAre(3.0 - 1.0, 4.0 - 1.0));
}

/// Whether a model with these events' conditions over x, y and time has instants that matter.
template <class... Conditions>
bool instants_matter(Conditions... conditions) {
    toys::Builder b;
    [[maybe_unused]] const NodeId x = b.state("x");
    const NodeId y = b.state("y");
    b.rate("x", y);
    b.rate("y", b.constant(1.0));
    for (const NodeId condition : std::vector<NodeId>{conditions(b, x, y)...})
        b.model.events.push_back({.name = "e", .condition = condition, .assignments = {}, .place = {}});
    return lower(b.model, {}).instants_matter;
}

TEST(Lower, tells_whether_a_condition_can_hold_at_the_root_of_a_relation_alone) {
    const auto relation = [](Op op, double than) {
        return [=](toys::Builder& b, NodeId x, NodeId) { return b.make(op, x, b.constant(than)); };
    };
    EXPECT_FALSE(instants_matter());
    EXPECT_FALSE(instants_matter(relation(Op::greater, 1.0)));
    EXPECT_FALSE(instants_matter(relation(Op::greater, 1.0), relation(Op::less_equal, 1.0)));
    EXPECT_FALSE(instants_matter(relation(Op::less, 1.0), relation(Op::greater_equal, 1.0)));
    EXPECT_FALSE(instants_matter(relation(Op::greater_equal, 1.0), relation(Op::less_equal, 2.0)));
    EXPECT_TRUE(instants_matter(relation(Op::greater_equal, 1.0), relation(Op::less_equal, 1.0)));
    EXPECT_TRUE(instants_matter(relation(Op::greater, 1.0), relation(Op::less, 1.0)));
    EXPECT_TRUE(instants_matter(
        [](toys::Builder& b, NodeId x, NodeId) { return b.make(Op::equal, b.make(Op::floor, x), b.constant(2.0)); }));
    EXPECT_TRUE(instants_matter([](toys::Builder& b, NodeId x, NodeId) {
        return b.make(Op::greater, b.make(Op::fmod, b.time(), b.constant(24.0)), x);
    }));
    EXPECT_FALSE(instants_matter([](toys::Builder& b, NodeId x, NodeId y) {
        return b.make(Op::logical_and, b.make(Op::greater, x, b.constant(1.0)), b.make(Op::less, y, b.constant(1.0)));
    }));
}

TEST(Lower, lists_a_time_relation_of_a_condition_and_a_rate_in_both_groups_of_roots) {
    toys::Builder b;
    const NodeId x = b.state("x");
    const NodeId late = b.make(Op::greater, b.time(), b.parameter("p"));
    b.rate("x", b.make(Op::select, late, x, b.constant(0.0)));
    b.model.events.push_back({.name = "e", .condition = late, .assignments = {}, .place = {}});
    b.model.events.push_back({.name = "again", .condition = late, .assignments = {}, .place = {}});
    const Program program = lower(b.model, {});
    EXPECT_EQ(program.n_event_roots, 1U);
    ASSERT_EQ(program.roots.size(), 2U);
    EXPECT_EQ(program.roots[0], program.roots[1]);
}

TEST(Lower, lists_last_the_roots_of_time_relations_that_only_observables_read) {
    toys::Builder b;
    const auto later_than = [&](double time) { return b.make(Op::greater, b.time(), b.constant(time)); };
    const auto one_after = [&](double time) {
        return b.make(Op::select, later_than(time), b.constant(1.0), b.constant(0.0));
    };
    b.state("x");
    b.observable("flags", b.make(Op::add, one_after(1.0), one_after(2.0)), model::Observable::Kind::output);
    b.rate("x", one_after(2.0));
    const Program program = lower(b.model, {});
    ASSERT_EQ(program.roots.size(), 2U);
    EXPECT_EQ(program.n_event_roots, 0U);
    EXPECT_EQ(program.n_observed_roots, 1U);
    const DefaultTwin twin(program);
    EXPECT_THAT(twin.values(&InterpretedModel::roots<double>, 2, 4.0, {3.0}), ElementsAre(4.0 - 2.0, 4.0 - 1.0));
    const Program integrated = lower(b.model, {.integrals = {"flags"}});
    EXPECT_EQ(integrated.roots.size(), 2U);
    EXPECT_EQ(integrated.n_observed_roots, 0U);
}

TEST(Lower, names_all_that_roots_and_conditions_read) {
    toys::Builder b;
    const NodeId x = b.state("x");
    const NodeId p = b.parameter("p", 3.0);
    const NodeId q = b.parameter("q", 5.0);
    const NodeId u = b.input("u", 7.0);
    b.rate("x", b.make(Op::multiply, b.make(Op::multiply, p, u), x));
    b.model.events.push_back({.name = "e",
                              .condition = b.make(Op::greater, x, b.make(Op::add, q, b.make(Op::exp, u))),
                              .assignments = {},
                              .place = {}});
    b.model.events.push_back(
        {.name = "f", .condition = b.make(Op::greater, u, b.constant(1.0)), .assignments = {}, .place = {}});
    const Program program = lower(b.model, {});
    const DefaultTwin all(program);
    DefaultTwin named(program);
    for (auto* values : {&named.p, &named.u, &named.h}) std::ranges::fill(*values, std::nan(""));
    const auto take = [](const std::vector<double>& from, std::vector<double>& to) {
        return [&](int index) { to[static_cast<std::size_t>(index)] = from[static_cast<std::size_t>(index)]; };
    };
    named.model.read_by_conditions(take(all.p, named.p), take(all.u, named.u), take(all.h, named.h));
    EXPECT_TRUE(std::isnan(named.p[0]));
    const auto roots = &InterpretedModel::roots<double>;
    const auto conditions = &InterpretedModel::conditions<double>;
    EXPECT_EQ(named.values(roots, 1, 0.0, {2e4}), all.values(roots, 1, 0.0, {2e4}));
    EXPECT_THAT(named.values(conditions, 2, 0.0, {2e4}), ElementsAre(1.0, 1.0));
}

TEST(Lower, roots_change_sign_exactly_where_conditions_change_truth) {
    // a c < 1 is decided by rounding. Fused in the root alone, the root would be -2^-60 where the condition sees equality.
    toys::Builder b;
    const NodeId a = b.state("a");
    const NodeId c = b.state("c");
    const NodeId product = b.make(Op::multiply, a, c);
    b.rate("a", b.make(Op::add, product, b.time()));
    b.model.events.push_back(
        {.name = "e", .condition = b.make(Op::less, product, b.constant(1.0)), .assignments = {}, .place = {}});
    const Program program = lower(b.model, {});
    const DefaultTwin twin(program);
    const std::vector<double> at{1.0 + 0x1p-30, 1.0 - 0x1p-30};
    EXPECT_THAT(twin.values(&InterpretedModel::roots<double>, 1, 0.0, at), ElementsAre(0.0));
    EXPECT_THAT(twin.values(&InterpretedModel::conditions<double>, 1, 0.0, at), ElementsAre(0.0));
}

model::Model pulses(const char* when) {
    const std::string text = std::string(
                                 "########## NAME\npulses\n########## METADATA\ntime_unit = h\n########## MACROS\n") +
                             "########## STATES\nd/dt(x) = -0.001*x + (" + when + " ? 1 : 0)\nx(0) = 0\n" +
                             "########## PARAMETERS\nP = 24\n########## VARIABLES\n########## FUNCTIONS\n" +
                             "########## EVENTS\n########## OUTPUTS\ny = x\n########## INPUTS\n########## FEATURES\n";
    return model::read_sund(text, "pulses.txt");
}

TEST(Lower, pulses_that_come_again_and_again_are_all_met) {
    // ten minutes of every day for 30 days; the step that the tolerance allows is many days long
    const char* const rhythms[] = {"fmod(time, P) < 1/6", "time - P*floor(time/P) < 1/6",
                                   "24*(time/24 - trunc(time/24)) < 1/6"};
    double expected = 0.0;
    for (int day = 0; day < 30; ++day)
        expected = (expected * std::exp(-0.001 / 6) - 1000 * std::expm1(-0.001 / 6)) * std::exp(-0.001 * (24 - 1.0 / 6));
    for (const char* const rhythm : rhythms) {
        const Program program = lower(pulses(rhythm), {});
        EXPECT_DOUBLE_EQ(longest_step(program), 3.0);
        const InterpretedModel model(program);
        double parameter = 24.0;
        double final_state = 0.0;
        TwinStatus status = TwinStatus::not_run;
        kernels::Batch batch;
        batch.n_twins = 1;
        batch.t_end = 720.0;
        batch.parameter = &parameter;
        batch.final_state = &final_state;
        batch.status = &status;
        kernels::IntegrateOptions options;
        options.max_step = longest_step(program);
        kernels::WorkQueue queue;
        kernels::integrate_lanes<InterpretedModel, 1>(model, batch, options, queue);
        EXPECT_EQ(status, TwinStatus::ok);
        EXPECT_NEAR(final_state, expected, 1e-6 * expected) << rhythm;
    }
}

TEST(Lower, pulses_that_end_where_a_rhythm_jumps_are_met) {
    const std::string text =
        "########## NAME\nevenings\n########## METADATA\ntime_unit = h\n########## MACROS\n"
        "########## STATES\nd/dt(x) = fmod(time, 24) >= 23.9 ? 10 : 0\nd/dt(n) = 0\nx(0) = 0\nn(0) = 0\n"
        "########## PARAMETERS\n########## VARIABLES\n########## FUNCTIONS\n"
        "########## EVENTS\nevening = fmod(time, 24) >= 23.95, n, n + 1\n"
        "########## OUTPUTS\ny = x\n########## INPUTS\n########## FEATURES\n";
    const Program program = lower(model::read_sund(text, "evenings.txt"), {});
    const InterpretedModel model(program);
    double final_state[2] = {};
    TwinStatus status = TwinStatus::not_run;
    kernels::Batch batch;
    batch.n_twins = 1;
    batch.t_end = 720.0;
    batch.final_state = final_state;
    batch.status = &status;
    kernels::IntegrateOptions options;
    options.max_step = longest_step(program);
    kernels::WorkQueue queue;
    kernels::integrate_lanes<InterpretedModel, 1>(model, batch, options, queue);
    EXPECT_EQ(status, TwinStatus::ok);
    EXPECT_NEAR(final_state[model::find_state(program.model, "x")], 30.0, 1e-9);
    EXPECT_EQ(final_state[model::find_state(program.model, "n")], 30.0);
}

TEST(Lower, rhythms_of_nothing_but_time_bound_the_step) {
    EXPECT_EQ(longest_step(lower(pulses("time > 5"), {})), 0.0);
    EXPECT_EQ(longest_step(lower(pulses("fmod(x, 24) < 1"), {})), 0.0);
    EXPECT_NEAR(longest_step(lower(pulses("sin(2*pi*time/P) > 0.5"), {})), 3.0, 1e-12);
}

}  // namespace
}  // namespace kohort::codegen
