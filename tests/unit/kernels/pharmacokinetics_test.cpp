// Doses and infusions against closed forms. The expected numbers are given to ten digits; they are met to 1e-8 relative
// with tolerances of 1e-11, three powers of ten for what is lost over many steps and on the dense output.
#include "models.hpp"
#include "population.hpp"

#include <gtest/gtest.h>

namespace kohort::kernels::test {
namespace {

constexpr Method all_methods[] = {Method::rodas4, Method::rodas5p, Method::tsit5, Method::taylor};
using Op = Feature::Op;

IntegrateOptions tight(Method method) { return {.method = method, .rtol = 1e-11, .atol = 1e-12}; }

void expect_close(double computed, double exact) { EXPECT_NEAR(computed, exact, 1e-8 * std::fabs(exact)); }

Action bolus(double time, int state, double amount) {
    return {.time = time, .value = amount, .kind = Action::Kind::add_to_state, .target = state};
}
Action infusion(double time, double rate) {
    return {.time = time, .value = rate, .kind = Action::Kind::add_to_input, .target = 0};
}

const std::vector<double> oral = {5.0, 50.0, 1.2};  // CL, V, KA

class ClosedForm : public testing::TestWithParam<Method> {};
INSTANTIATE_TEST_SUITE_P(Methods, ClosedForm, testing::ValuesIn(all_methods), [](const auto& instance) {
    return std::string(instance.param == Method::rodas4    ? "rodas4"
                       : instance.param == Method::rodas5p ? "rodas5p"
                       : instance.param == Method::tsit5   ? "tsit5"
                                                           : "taylor");
});

TEST_P(ClosedForm, oral_dose) {
    Population population{.t_end = 400.0, .options = tight(GetParam()), .times = {0.0, 2.2590060453, 24.0}};
    population.features = {{Op::time_of_maximum, 0, 0.0, 0.0, 24.0},
                           {Op::maximum, 0, 0.0, 0.0, 24.0},
                           {Op::integral, 1, 0.0, 0.0, 400.0},
                           {Op::value_at, 0, 0.0, 24.0, 24.0}};
    population.add(oral, {0.0}, {bolus(0.0, 0, 0.8 * 100.0)});
    const Outcome out = run<OralPk, 1>(population);
    expect_close(out.feature_of(0), 2.2590060453);
    expect_close(out.feature_of(1), 1.2764758323);
    expect_close(out.feature_of(2), 16.0);
    expect_close(out.feature_of(3), 0.1583440639);
    EXPECT_EQ(out.observed(0, 0), 0.0);
    expect_close(out.observed(0, 1), 1.2764758323);
    expect_close(out.observed(0, 2), 0.1583440639);
}

TEST_P(ClosedForm, oral_doses_to_steady_state) {
    std::vector<Action> doses;
    for (int dose = 0; dose < 60; ++dose) doses.push_back(bolus(12.0 * dose, 0, 80.0));
    Population population{.t_end = 720.0, .options = tight(GetParam()), .times = {712.0}};
    const double last = 708.0;
    population.features = {{Op::value_at, 0, 0.0, last, last},
                           {Op::time_of_maximum, 0, 0.0, last, 720.0},
                           {Op::maximum, 0, 0.0, last, 720.0},
                           {Op::integral, 1, 0.0, last, 720.0}};
    population.add(oral, {0.0}, doses);
    const Outcome out = run<OralPk, 1>(population);
    expect_close(out.feature_of(0), 0.7523122094);
    expect_close(out.feature_of(1) - last, 1.9332043539);
    expect_close(out.feature_of(2), 1.8871459563);
    expect_close(out.feature_of(3) / 12.0, 1.3333333333);
    expect_close(out.observed(0, 0), 1.6599391209);
}

TEST_P(ClosedForm, the_value_before_a_dose_is_measured_before_it) {
    Population population{.t_end = 25.0, .options = tight(GetParam()), .times = {24.0}};
    population.features = {{Op::value_at, 0, 0.0, 24.0, 24.0}, {Op::value_at, 0, 0.0, 24.0, 24.0}};
    const Action measure{.time = 24.0, .kind = Action::Kind::measure, .target = 0};
    // two oral doses, then a bolus into the central compartment at the time of the third
    population.add(oral, {0.0}, {bolus(0.0, 0, 80.0), bolus(12.0, 0, 80.0), measure, bolus(24.0, 1, 50.0)});
    const Outcome out = run<OralPk, 1>(population);
    expect_close(out.feature_of(0), 0.6840638973);
    expect_close(out.feature_of(1), 1.6840638973);
    expect_close(out.observed(0, 0), 1.6840638973);
}

TEST_P(ClosedForm, infusion) {
    Population population{.t_end = 12.0, .options = tight(GetParam()), .times = {1.0, 2.0, 8.0}};
    population.features = {{Op::maximum, 0, 0.0, 0.0, 12.0}, {Op::time_of_maximum, 0, 0.0, 0.0, 12.0}};
    population.add(oral, {0.0}, {infusion(0.0, 50.0), infusion(2.0, -50.0)});
    const Outcome out = run<OralPk, 1>(population);
    expect_close(out.observed(0, 0), 0.9516258196);
    expect_close(out.observed(0, 1), 1.8126924692);
    expect_close(out.observed(0, 2), 0.9948267198);
    expect_close(out.feature_of(0), 1.8126924692);
    EXPECT_EQ(out.feature_of(1), 2.0);
}

TEST_P(ClosedForm, infusions_to_steady_state) {
    std::vector<Action> doses;
    for (int dose = 0; dose < 40; ++dose) {
        doses.push_back(infusion(12.0 * dose, 50.0));
        doses.push_back(infusion(12.0 * dose + 2.0, -50.0));
    }
    Population population{.t_end = 480.0, .options = tight(GetParam())};
    population.features = {{Op::maximum, 0, 0.0, 468.0, 480.0}, {Op::minimum, 0, 0.0, 468.0, 480.0}};
    population.add(oral, {0.0}, doses);
    const Outcome out = run<OralPk, 1>(population);
    expect_close(out.feature_of(0), 2.5939860547);
    expect_close(out.feature_of(1), 0.9542741402);
}

TEST_P(ClosedForm, two_compartments) {
    Population population{.t_end = 24.0, .options = tight(GetParam()), .times = {1.0, 6.0, 24.0}};
    population.add({5.0, 20.0, 8.0, 60.0}, {}, {bolus(0.0, 0, 100.0)});
    const Outcome out = run<TwoCompartments, 1>(population);
    expect_close(out.observed(0, 0), 2.6939291122);
    expect_close(out.observed(0, 1), 0.5372322816);
    expect_close(out.observed(0, 2), 0.215234794567);
}

TEST_P(ClosedForm, saturated_elimination) {
    Population population{.t_end = 60.0, .options = tight(GetParam()), .times = {1.0, 5.0, 10.0, 15.0, 20.0}};
    population.features = {{Op::integral, 1, 0.0, 0.0, 60.0}};
    population.add({2.0, 3.0, 20.0});
    const Outcome out = run<MichaelisMenten, 1>(population);
    if (GetParam() == Method::taylor) {  // is not for this model, and says so
        EXPECT_EQ(out.status[0], TwinStatus::not_finite);
        return;
    }
    const double exact[] = {18.271216038262, 11.627164450392, 4.484988815446, 0.586736283822, 0.025239437216};
    for (int time = 0; time < 5; ++time) expect_close(out.observed(0, time), exact[time]);
    expect_close(out.feature_of(0), 130.0);
}

TEST(Actions, happen_in_their_order_at_their_time) {
    Population population{.t_end = 3.0, .options = tight(Method::rodas4), .times = {0.0, 1.0, 2.0, 3.0}};
    using Kind = Action::Kind;
    population.add({1.0, 5.0}, {},
                   {{1.0, 7.0, Kind::set_state, 0},
                    {1.0, 1.0, Kind::add_to_state, 0},
                    {1.0, 0.0, Kind::set_parameter, 0},
                    {2.0, 100.0, Kind::set_state, 0},
                    {2.0, 0.0, Kind::reset_states, 0},
                    {3.0, 2.0, Kind::set_state, 0}});
    const Outcome out = run<Decay, 1>(population);
    EXPECT_EQ(out.observed(0, 0), 5.0);
    EXPECT_EQ(out.observed(0, 1), 8.0);
    EXPECT_EQ(out.observed(0, 2), 5.0);
    EXPECT_EQ(out.observed(0, 3), 2.0);
    EXPECT_EQ(out.state(0), 2.0);
    EXPECT_EQ(out.final_parameter[0], 0.0);
    EXPECT_EQ(out.status[0], TwinStatus::ok);
}

TEST(Actions, an_action_that_changes_nothing_keeps_the_step) {
    // late in a stiff problem steps are long; estimated from the rates alone a new first step would be very short again
    const auto steps = [](int n_actions) {
        Population population{.t_end = 1e7, .options = {.rtol = 1e-6, .atol = 1e-12}};
        std::vector<Action> actions;
        for (int action = 1; action <= n_actions; ++action) actions.push_back(bolus(1e6 + 1e5 * action, 0, 0.0));
        population.add({}, {}, actions);
        const Outcome out = run<Robertson, 1>(population);
        return out.accepted[0] + out.rejected[0];
    };
    EXPECT_LE(steps(20), steps(0) + 2 * 20);  // the way between two stops takes two steps at most where one is long enough
}

TEST(Actions, a_shortened_step_does_not_shorten_those_after_it) {
    const auto steps = [](double gap) {
        Population population{.t_end = 1e7, .options = {.rtol = 1e-6, .atol = 1e-12}};
        population.add({}, {}, {bolus(1e6, 0, 0.0), bolus(1e6 + gap, 0, 0.0)});
        const Outcome out = run<Robertson, 1>(population);
        return out.accepted[0] + out.rejected[0];
    };
    EXPECT_LE(steps(1e-3), steps(1e5) + 2);
}

TEST(Actions, reset_leaves_integrals) {
    Population population{.t_end = 2.0, .options = tight(Method::rodas5p)};
    population.add({2.0, 3.0, 20.0}, {}, {{1.0, 0.0, Action::Kind::reset_states, 0}});
    Population without{.t_end = 1.0, .options = tight(Method::rodas5p)};
    without.add({2.0, 3.0, 20.0});
    const double area = run<MichaelisMenten, 1>(without).state(1);
    expect_close(run<MichaelisMenten, 1>(population).state(1), 2.0 * area);
}

}  // namespace
}  // namespace kohort::kernels::test
