#include "default_twin.hpp"
#include "toy_models.hpp"

#include "base/errors.hpp"
#include "codegen/missing_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace kohort::codegen {
namespace {

using model::NodeId;
using model::Op;
using testing::ElementsAre;
using testing::HasSubstr;

std::string problem_of(const model::Model& model, const LowerOptions& options) {
    try {
        (void)lower(model, options);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Lower, observes_outputs_and_features_unless_told_otherwise) {
    EXPECT_THAT(lower(toys::predator_and_prey(), {}).observable_names, ElementsAre("ratio", "log prey"));
    EXPECT_THAT(lower(toys::predator_and_prey(), {.observables = {"hunter", "eaten", "growth", "food"}}).observable_names,
                ElementsAre("hunter", "eaten", "growth", "food"));
}

TEST(Lower, names_the_unknown_symbol_and_the_one_that_was_meant) {
    EXPECT_THAT(problem_of(toys::predator_and_prey(), {.observables = {"huntr"}}),
                testing::AllOf(HasSubstr("huntr"), HasSubstr("hunter")));
    EXPECT_THAT(problem_of(toys::predator_and_prey(), {.integrals = {"nothing"}}), HasSubstr("nothing"));
    EXPECT_THAT(problem_of(toys::predator_and_prey(), {.infusion_targets = {"growth"}}), HasSubstr("growth"));
}

TEST(Lower, adds_a_state_for_each_integral) {
    const Program program = lower(toys::predator_and_prey(), {.observables = {"prey"}, .integrals = {"eaten", "prey"}});
    EXPECT_EQ(program.n_integrals, 2U);
    ASSERT_EQ(program.model.states.size(), 4U);
    EXPECT_EQ(program.model.states[2].name, "integral(eaten)");
    EXPECT_THAT(program.observable_names, ElementsAre("prey", "integral(eaten)", "integral(prey)"));
    const DefaultTwin twin(program);
    EXPECT_EQ(twin.y[2], 0.0);
    EXPECT_EQ(twin.rates(0.0, twin.y)[3], twin.y[0]);
}

TEST(Lower, adds_an_input_for_each_infusion_once) {
    const Program program = lower(toys::predator_and_prey(), {.infusion_targets = {"hunter", "hunter"}});
    ASSERT_EQ(program.model.inputs.size(), 2U);
    EXPECT_EQ(program.model.inputs[1].name, "infusion(hunter)");
    EXPECT_EQ(program.model.inputs[1].default_value, 0.0);
    DefaultTwin twin(program);
    const auto before = twin.rates(0.0, twin.y);
    twin.u[1] = 0.25;
    twin.model.hoist(twin.p.data(), twin.u.data(), twin.h.data());
    const auto after = twin.rates(0.0, twin.y);
    EXPECT_EQ(after[0], before[0]);
    EXPECT_DOUBLE_EQ(after[1], before[1] + 0.25);
}

TEST(Lower, makes_conditions_zero_or_one) {
    toys::Builder b;
    const NodeId p = b.parameter("p", 7.0);
    b.model.events.push_back({.name = "number", .condition = p, .assignments = {}, .place = {}});
    const Program program = lower(b.model, {});
    const DefaultTwin twin(program);
    EXPECT_THAT(twin.values(&InterpretedModel::conditions<double>, 1, 0.0, {}), ElementsAre(1.0));
}

TEST(Lower, refuses_equality_of_what_moves_continuously) {
    const auto with_condition = [](auto make) {
        toys::Builder b;
        const NodeId x = b.state("x");
        const NodeId flag = b.state("flag");  // changes at events only
        b.rate("x", x);
        b.model.events.push_back({.name = "hit", .condition = make(b, x, flag), .assignments = {}, .place = {"m.txt", 4, 1}});
        return problem_of(b.model, {});
    };
    EXPECT_THAT(with_condition([](auto& b, NodeId x, NodeId) { return b.make(Op::equal, x, b.constant(5.0)); }),
                testing::AllOf(HasSubstr("m.txt:4:1"), HasSubstr("hit"), HasSubstr(">=")));
    EXPECT_EQ(with_condition([](auto& b, NodeId, NodeId flag) { return b.make(Op::equal, flag, b.constant(1.0)); }),
              "no error");
    EXPECT_EQ(with_condition([](auto& b, NodeId, NodeId) { return b.make(Op::equal, b.time(), b.constant(1.0)); }),
              "no error");
    EXPECT_EQ(
        with_condition([](auto& b, NodeId x, NodeId) { return b.make(Op::equal, b.make(Op::floor, x), b.constant(1.0)); }),
        "no error");
}

TEST(Lower, knows_which_models_are_autonomous) {
    toys::Builder b;
    const NodeId x = b.state("x");
    b.rate("x", b.make(Op::negate, x));
    EXPECT_TRUE(InterpretedModel(lower(b.model, {})).sizes().autonomous);
    EXPECT_FALSE(InterpretedModel(lower(toys::predator_and_prey(), {})).sizes().autonomous);
}

TEST(Lower, knows_which_models_are_affine) {
    const auto with_rate = [](auto rate) {
        toys::Builder b;
        const NodeId x = b.state("x");
        const NodeId k = b.parameter("k");
        b.rate("x", rate(b, x, k));
        return is_affine(lower(b.model, {}));
    };
    EXPECT_TRUE(with_rate([](auto& b, NodeId x, NodeId k) {
        return b.make(Op::subtract, b.make(Op::exp, k), b.make(Op::divide, b.make(Op::multiply, x, k), k));
    }));
    EXPECT_TRUE(with_rate([](auto& b, NodeId x, NodeId k) { return b.make(Op::select, k, x, b.make(Op::negate, x)); }));
    EXPECT_FALSE(with_rate([](auto& b, NodeId x, NodeId) { return b.make(Op::multiply, x, x); }));
    EXPECT_FALSE(with_rate([](auto& b, NodeId x, NodeId k) { return b.make(Op::divide, k, x); }));
    EXPECT_FALSE(with_rate([](auto& b, NodeId x, NodeId k) { return b.make(Op::max, x, k); }));
    EXPECT_FALSE(with_rate([](auto& b, NodeId x, NodeId k) { return b.make(Op::select, x, k, b.make(Op::negate, k)); }));
    EXPECT_FALSE(with_rate([](auto& b, NodeId, NodeId k) { return b.make(Op::multiply, b.time(), k); }));
}

// Central differences with step d: truncation d^2 f'''/6 and rounding eps |f| / d; with d = 1e-5 |y| both are about
// 1e-10 for functions of order one. A wrong sign, factor or place is off by order one.
constexpr double difference_step = 1e-5;
constexpr double difference_tolerance = 1e-8;

void expect_jacobian_matches_differences(const Program& program, const std::vector<double>& at, double t) {
    const DefaultTwin twin(program);
    const std::size_t n = at.size();
    const auto entries = twin.values(&InterpretedModel::jacobian<double>, program.jacobian.size(), t, at);
    std::vector<double> dense(n * n, 0.0);
    for (std::size_t entry = 0; entry < entries.size(); ++entry) {
        dense[program.jacobian[entry].row * n + program.jacobian[entry].column] = entries[entry];
    }
    const auto difference = [&](std::size_t column, double dt) {
        auto above = at;
        auto below = at;
        const double step = difference_step * std::max(1.0, std::abs(at[column % n]));
        if (dt == 0.0) above[column] += step, below[column] -= step;
        auto high = twin.rates(t + dt, above);
        const auto low = twin.rates(t - dt, below);
        for (std::size_t row = 0; row < n; ++row) high[row] = (high[row] - low[row]) / (2.0 * (dt == 0.0 ? step : dt));
        return high;
    };
    for (std::size_t column = 0; column < n; ++column) {
        const auto expected = difference(column, 0.0);
        for (std::size_t row = 0; row < n; ++row) {
            const double tolerance = difference_tolerance * std::max(1.0, std::abs(expected[row]));
            EXPECT_NEAR(dense[row * n + column], expected[row], tolerance) << row << ", " << column;
        }
    }
    const auto by_time = twin.values(&InterpretedModel::time_derivative<double>, n, t, at);
    const auto expected = difference(0, difference_step);
    for (std::size_t row = 0; row < n; ++row) {
        EXPECT_NEAR(by_time[row], expected[row], difference_tolerance * std::max(1.0, std::abs(expected[row]))) << row;
    }
}

TEST(Jacobian, agrees_with_central_differences) {
    expect_jacobian_matches_differences(
        lower(toys::predator_and_prey(), {.integrals = {"eaten"}, .infusion_targets = {"prey"}}), {2.1, 0.7, 0.3}, 1.25);
    const Program ring = lower(toys::ring(12), {});
    std::vector<double> at;
    for (int state = 0; state < 12; ++state) at.push_back(0.4 + 0.15 * state);
    expect_jacobian_matches_differences(ring, at, 0.5);
}

TEST(Jacobian, has_entries_only_where_a_rate_depends_on_a_state) {
    const Program program = lower(toys::predator_and_prey(), {.integrals = {"eaten"}});
    ASSERT_EQ(program.jacobian.size(), 6U);  // three rows that each depend on prey and hunter
    EXPECT_TRUE(std::is_sorted(program.jacobian.begin(), program.jacobian.end(), [](const auto& a, const auto& b) {
        return std::pair(a.row, a.column) < std::pair(b.row, b.column);
    }));
}

TEST(ObservableRates, follow_the_solution) {
    const Program program = lower(toys::predator_and_prey(),
                                  {.observables = {"ratio", "log prey", "eaten", "prey", "growth"}});
    const DefaultTwin twin(program);
    const double t = 2.0;
    const std::vector<double> y{1.7, 0.6};
    const auto dy = twin.rates(t, y);
    const auto rates = twin.values(&InterpretedModel::observe_rate<double>, 5, t, y);
    const auto observed = [&](double dt) {
        return twin.values(&InterpretedModel::observe<double>, 5, t + dt, {y[0] + dt * dy[0], y[1] + dt * dy[1]});
    };
    const auto after = observed(difference_step);
    const auto before = observed(-difference_step);
    for (std::size_t index = 0; index < 5; ++index) {
        EXPECT_NEAR(rates[index], (after[index] - before[index]) / (2.0 * difference_step), difference_tolerance) << index;
    }
    EXPECT_EQ(rates[4], 0.0);
}

TEST(Fire, reads_before_and_writes_after_and_the_later_assignment_wins) {
    const Program program = lower(toys::predator_and_prey(), {});
    const DefaultTwin twin(program);
    const std::vector<double> y{3.0, 4.0};
    auto y_after = y;
    auto p_after = twin.p;
    twin.model.fire(0, 10.0, y.data(), twin.p.data(), twin.u.data(), y_after.data(), p_after.data());
    EXPECT_THAT(y_after, ElementsAre(3.0 + 4.0, 4.0 * 0.5));
    EXPECT_EQ(p_after[4], 0.3 + 4.0);
    EXPECT_THAT(y, ElementsAre(3.0, 4.0));
}

TEST(Lower, only_what_is_needed_and_has_no_value_is_missing) {
    model::Model model = toys::predator_and_prey();
    const double none = std::numeric_limits<double>::quiet_NaN();
    const auto add = [&](const std::string& name) {
        model.parameters.push_back({.name = name, .value = none, .note = {}, .place = {}});
        return model.graph.leaf(Op::parameter, static_cast<std::uint32_t>(model.parameters.size() - 1));
    };
    model.parameters[0].value = none;  // growth, in a rate
    const NodeId shown = add("shown");
    const NodeId start = add("start");
    (void)add("idle");
    model.states[1].initial = start;
    model.observables.push_back({.name = "scaled", .value = shown, .kind = {}, .note = {}, .place = {}});
    const auto missing = [&](const std::string& observed) {
        const Program program = lower(model, {.observables = {observed}});
        std::vector<std::string> names;
        for (const std::uint32_t index : missing_values(program)) names.push_back(program.model.parameters[index].name);
        return names;
    };
    EXPECT_THAT(missing("hunter"), ElementsAre("growth", "start"));
    EXPECT_THAT(missing("scaled"), ElementsAre("growth", "shown", "start"));
}

}  // namespace
}  // namespace kohort::codegen
