// States that are not solved for: which these are, and that twins live as if they were.
#include "base/text.hpp"
#include "codegen/interpreter.hpp"
#include "codegen/program.hpp"
#include "kernels/integrate_lanes.hpp"
#include "model/evaluate.hpp"
#include "model/sund.hpp"
#include "model/symbols.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace kohort::codegen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Text {
    std::string states;
    std::string parameters = "k = 2\nv = 3\n";
    std::string events{};
};

model::Model read(const Text& text) {
    return model::read_sund(
        "########## NAME\nmoieties\n########## METADATA\ntime_unit = h\n########## MACROS\n########## STATES\n" +
            text.states + "########## PARAMETERS\n" + text.parameters +
            "########## VARIABLES\n########## FUNCTIONS\n########## EVENTS\n" + text.events +
            "########## OUTPUTS\n########## INPUTS\n########## FEATURES\n",
        "moieties.txt");
}

std::vector<std::string> dependent_of(const Program& program) {
    std::vector<std::string> names;
    for (std::size_t state = 0; state < program.dependent.size(); ++state)
        names.push_back(program.model.states[state].name);
    return names;
}

const std::string exchange = "d/dt(A) = v*B - k*A\nd/dt(B) = k*A - v*B\n";
/// Binding, release and turnover: E + ES and S + ES + P are conserved.
const std::string enzyme =
    "d/dt(E) = -k*E*S + v*ES + 2*ES\nd/dt(ES) = k*E*S - v*ES - 2*ES\nd/dt(P) = 2*ES\nd/dt(S) = -k*E*S + v*ES\n";

TEST(DependentStates, are_those_that_are_large_at_the_start) {
    EXPECT_THAT(dependent_of(lower(read({exchange + "A(0) = 1\nB(0) = 5\n"}), {})), ElementsAre("B"));
    EXPECT_THAT(dependent_of(lower(read({exchange + "A(0) = 5\nB(0) = 1\n"}), {})), ElementsAre("A"));
    EXPECT_THAT(dependent_of(lower(read({enzyme + "E(0) = 1\nES(0) = 0\nP(0) = 0\nS(0) = 9\n"}), {})),
                ElementsAre("E", "S"));
}

TEST(DependentStates, are_none_where_equations_or_infusions_forbid_it_or_nobody_wants_it) {
    const std::string start = "A(0) = 1\nB(0) = 5\n";
    EXPECT_THAT(lower(read({exchange + start}), {.infusion_targets = {"A"}}).dependent, IsEmpty());
    EXPECT_THAT(lower(read({exchange + start}), {.follow_moieties = false}).dependent, IsEmpty());
    EXPECT_THAT(lower(read({exchange + "0 = x*x - A\nx(0) = 1\n" + start}), {}).dependent, IsEmpty());
}

TEST(DependentStates, are_never_integrals_though_other_states_may_follow_from_these) {
    const Program program = lower(read({"d/dt(A) = -A\nA(0) = 1\n"}), {.integrals = {"A"}});
    EXPECT_THAT(dependent_of(program), ElementsAre("A"));
    EXPECT_EQ(program.model.states.back().name, "integral(A)");
}

TEST(DependentStates, that_would_fill_the_jacobian_are_solved_for) {
    std::string states;  // a chain that its first state drives all along: by the sum, each rate would depend on every state
    const int n = 8;
    std::string sum;
    for (int link = 1; link < n; ++link) {
        const std::string flow = "k*A0*" + std::to_string(link) + "*x" + std::to_string(link);
        states += "d/dt(x" + std::to_string(link) + ") = -" + flow + "\n";
        sum += " + " + flow;
    }
    states += "d/dt(A0) = 0" + sum + "\nA0(0) = 9\n";
    for (int link = 1; link < n; ++link) states += "x" + std::to_string(link) + "(0) = 1\n";
    const Program program = lower(read({states}), {});
    EXPECT_THAT(program.dependent, IsEmpty());
}

TEST(DependentStates, leave_the_jacobian_of_the_others_along_the_sums) {
    const Program program = lower(read({enzyme + "E(0) = 1\nES(0) = 0\nP(0) = 0\nS(0) = 9\n"}), {});
    const std::vector<double> y{0.7, 8.1, 0.3, 0.6};
    const std::vector<double> p{2.0, 3.0};
    const auto value = [&](model::NodeId id) {
        return model::evaluate(program.model.graph, id, {.time = 0.0, .states = y, .parameters = p, .inputs = {}});
    };
    const std::size_t n = y.size();
    std::vector<double> whole(n * n, 0.0);
    for (const JacobianEntry& entry : program.jacobian) whole[entry.row * n + entry.column] = value(entry.value);
    std::vector<double> expected(n * n, 0.0);
    for (std::size_t row = program.dependent.size(); row < n; ++row) {
        for (std::size_t column = program.dependent.size(); column < n; ++column)
            expected[row * n + column] = whole[row * n + column];
        for (std::size_t state = 0; state < program.dependent.size(); ++state) {
            for (const auto& [part, factor] : program.dependent[state])
                expected[row * n + part] += factor * whole[row * n + state];
        }
    }
    for (const JacobianEntry& entry : program.free_jacobian) {
        EXPECT_NEAR(value(entry.value), expected[entry.row * n + entry.column], 1e-14);
        expected[entry.row * n + entry.column] = 0.0;
    }
    EXPECT_THAT(expected, testing::Each(0.0)) << "an entry is missing";
}

/// What becomes of one twin; states by name.
struct Life {
    std::map<std::string, double> end;
    std::int64_t steps = 0;
};

struct Dose {
    double time;
    std::string into;
    double amount;
};

template <int W>
Life live(const Program& program, double t_end, double rtol, double atol, const std::vector<Dose>& doses = {}) {
    const InterpretedModel model(program);
    std::vector<double> parameters;
    for (const auto& parameter : program.model.parameters) parameters.push_back(parameter.value);
    std::vector<kernels::Action> actions;
    for (const Dose& dose : doses) {
        const auto state = static_cast<std::int32_t>(model::find_state(program.model, dose.into));
        actions.push_back({dose.time, dose.amount, kernels::Action::Kind::add_to_state, state});
    }
    const std::int64_t action_begin[] = {0, static_cast<std::int64_t>(actions.size())};
    std::vector<double> end(program.rates.size());
    TwinStatus status = TwinStatus::not_run;
    Life life;
    kernels::Batch batch;
    batch.n_twins = 1;
    batch.t_end = t_end;
    batch.parameter = parameters.data();
    batch.action_begin = action_begin;
    batch.action = actions.data();
    batch.final_state = end.data();
    batch.status = &status;
    batch.steps_accepted = &life.steps;
    kernels::WorkQueue queue;
    kernels::integrate_lanes<InterpretedModel, W>(model, batch, {.rtol = rtol, .atol = atol}, queue);
    EXPECT_EQ(status, TwinStatus::ok);
    for (std::size_t state = 0; state < end.size(); ++state) life.end[program.model.states[state].name] = end[state];
    return life;
}

TEST(DependentStates, are_as_if_they_were_solved_for) {
    const Text text{enzyme + "E(0) = 1\nES(0) = 0\nP(0) = 0\nS(0) = 9\n", "k = 2\nv = 3\n", "half = P > 4, E, E/2\n"};
    const std::vector<Dose> doses{{0.5, "S", 3.0}, {0.5, "E", 0.25}, {1.0, "P", 0.125}};
    const Life follows = live<1>(lower(read(text), {}), 5.0, 1e-8, 1e-10, doses);
    const Life solved = live<1>(lower(read(text), {.follow_moieties = false}), 5.0, 1e-8, 1e-10, doses);
    EXPECT_EQ(follows.steps, solved.steps);
    for (const auto& [name, value] : solved.end) EXPECT_NEAR(follows.end.at(name), value, 1e-12) << name;
    const auto& end = follows.end;
    EXPECT_NEAR(end.at("S") + end.at("ES") + end.at("P"), 9.0 + 3.0 + 0.125, 1e-13);
    EXPECT_LT(end.at("E") + end.at("ES"), 1.25) << "the event took some";
    EXPECT_EQ(live<4>(lower(read(text), {}), 5.0, 1e-8, 1e-10, doses).end, end) << "the same bits for any width";
}

TEST(DependentStates, keep_their_tolerance_where_they_are_a_trace_of_what_the_others_exchange) {
    // A, by far the largest at the start, decays to 1e-10 while B and C swing by 1000
    const Text text{
        "d/dt(A) = -k*A\nd/dt(B) = k*A + v*cos(time)\nd/dt(C) = -v*cos(time)\nA(0) = 1000\nB(0) = 0\nC(0) = 0\n",
        "k = 1\nv = 1000\n", ""};
    const Program program = lower(read(text), {});
    ASSERT_THAT(dependent_of(program), ElementsAre("A"));
    const double t_end = 30.0;
    const double exact = 1000.0 * std::exp(-t_end);
    const Life follows = live<1>(program, t_end, 1e-6, 1e-25);
    EXPECT_NEAR(follows.end.at("A"), exact, 1e-5 * exact);
    EXPECT_NEAR(follows.end.at("C"), -1000.0 * std::sin(t_end), 1e-2);
}

}  // namespace
}  // namespace kohort::codegen
