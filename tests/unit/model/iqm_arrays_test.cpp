// Arrays of IQM texts: what they mean written out by hand, as IQM Tools' convertTEXTArrayDefIQM says.
#include "model/evaluate.hpp"
#include "model/iqm.hpp"
#include "model/symbols.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kohort::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string text(const std::string& states, const std::string& parameters = "", const std::string& variables = "",
                 const std::string& reactions = "") {
    return "********** MODEL NAME\nm\n********** MODEL NOTES\ntime_unit = s\n********** MODEL STATES\n" + states +
           "\n********** MODEL PARAMETERS\n" + parameters + "\n********** MODEL VARIABLES\n" + variables +
           "\n********** MODEL REACTIONS\n" + reactions + "\n";
}

std::string message(const std::string& whole) {
    try {
        (void)read_iqm(whole, "model.txt");
    } catch (const InputError& error) {
        return error.what();
    }
    return "was read";
}

struct AtStart {
    explicit AtStart(const std::string& whole) : model(read_iqm(whole, "model.txt")) {
        for (const Parameter& parameter : model.parameters) parameters.push_back(parameter.value);
        for (const State& state : model.states) states.push_back(value(state.initial));
    }
    [[nodiscard]] double value(NodeId node) const {
        return evaluate(model.graph, node, {.time = 2.0, .states = states, .parameters = parameters, .inputs = {}});
    }
    [[nodiscard]] double value(const std::string& name) { return value(node_of(model, find_symbol(model, name))); }
    [[nodiscard]] std::vector<double> rates() const {
        std::vector<double> result;
        for (const State& state : model.states) result.push_back(value(state.rate));
        return result;
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> result;
        for (const State& state : model.states) result.push_back(state.name);
        return result;
    }

    Model model;
    std::vector<double> parameters;
    std::vector<double> states;
};

void expect_same(const std::string& arrays, const std::string& by_hand) {
    const AtStart short_one(arrays);
    const AtStart long_one(by_hand);
    EXPECT_EQ(short_one.names(), long_one.names());
    EXPECT_EQ(short_one.states, long_one.states);
    EXPECT_EQ(short_one.rates(), long_one.rates());
}

TEST(IqmArrays, are_the_states_written_out) {
    expect_same(text("d/dt(X0) = -r0\nd/dt(X<k,1:3>) = r<k-1> - k*r<k>\nX0(0) = 7\nX<k,1:3>(0) = 10*k", "a = 0.3", "",
                     "r<i,0:3> = a*X<i>*(i+1)"),
                text("d/dt(X0) = -r0\nd/dt(X1) = r0 - 1*r1\nd/dt(X2) = r1 - 2*r2\nd/dt(X3) = r2 - 3*r3\n"
                     "X0(0) = 7\nX1(0) = 10\nX2(0) = 20\nX3(0) = 30",
                     "a = 0.3", "", "r0 = a*X0*1\nr1 = a*X1*2\nr2 = a*X2*3\nr3 = a*X3*4"));
}

TEST(IqmArrays, start_from_zero_and_take_one_start_for_all) {
    EXPECT_THAT(AtStart(text("d/dt(X<k,1:2>) = 1\nd/dt(Y<k,1:2>) = 1\nY<k,1:2>(0) = 4")).states, ElementsAre(0, 0, 4, 4));
}

TEST(IqmArrays, have_ranges_of_numbers_and_parameters) {
    EXPECT_THAT(AtStart(text("d/dt(X<k,[1, 4:5,9]>) = k")).names(), ElementsAre("X1", "X4", "X5", "X9"));
    EXPECT_THAT(AtStart(text("d/dt(X<k,0:2:5>) = k")).names(), ElementsAre("X0", "X2", "X4"));
    EXPECT_THAT(AtStart(text("d/dt(X<k,3:-1:1>) = k")).rates(), ElementsAre(3, 2, 1));
    EXPECT_THAT(AtStart(text("d/dt(X<k,N-1:N+1>) = k*N", "N = 3")).rates(), ElementsAre(6, 9, 12));
    EXPECT_THAT(AtStart(text("d/dt(X<k,7>) = k")).names(), ElementsAre("X7"));
}

TEST(IqmArrays, say_which_parameter_a_study_cannot_change) {
    const Model model = read_iqm(text("d/dt(X<k,1:N>) = X<N>", "a = 1\nN = 3"), "model.txt");
    EXPECT_THAT(model.remarks, ElementsAre(HasSubstr("model.txt:9:1: `N` numbers elements of arrays")));
}

TEST(IqmArrays, have_negative_indices) {
    const AtStart at(text("d/dt(X<k,-2:0>) = k^2 + X<k>\nX<k,-2:0>(0) = 5*k"));
    EXPECT_THAT(at.names(), ElementsAre("X_2", "X_1", "X0"));
    EXPECT_THAT(at.states, ElementsAre(-10, -5, 0));
    EXPECT_THAT(at.rates(), ElementsAre(-6, -4, 0));
}

TEST(IqmArrays, are_summed) {
    AtStart at(
        text("d/dt(X<k,1:3>) = 0\nX<k,1:3>(0) = k", "n = 3",
             "all = 1 - 2*arraysumIQM(X<k,1:n>*k)\nv<i,1:2>=arraysumIQM(X<k,1:2>*X<k+1>/i) % two\nw = v1 + v<2>"));
    EXPECT_EQ(at.value("all"), 1.0 - 2.0 * 14.0);
    EXPECT_EQ(at.value("v1"), 8.0);
    EXPECT_EQ(at.value("v2"), 4.0);
    EXPECT_EQ(at.value("w"), 12.0);
}

TEST(IqmArrays, leave_comparisons_alone) {
    EXPECT_THAT(AtStart(text("d/dt(X<k,1:2>) = (k < 2)*3 + (time >= 2)*(k<=1 ? 10 : 20)")).rates(), ElementsAre(13, 20));
    EXPECT_THAT(AtStart(text("d/dt(x) = (time<3 ? 1 : 2)")).rates(), ElementsAre(1));
}

TEST(IqmArrays, are_refused_where_they_are_none) {
    EXPECT_THAT(message(text("d/dt(X<1:3>) = 1")), HasSubstr("`<1:3>` is no array"));
    EXPECT_THAT(message(text("d/dt(X<k,1:3) = 1")), HasSubstr("is no array"));
    EXPECT_THAT(message(text("d/dt(X<k,3:1>) = 1")), HasSubstr("has no elements"));
    EXPECT_THAT(message(text("d/dt(X<k,1:0:3>) = 1")), HasSubstr("never ends"));
    EXPECT_THAT(message(text("d/dt(X<k,1:2:3:4>) = 1")), HasSubstr("is no range of indices"));
    EXPECT_THAT(message(text("d/dt(X<k,1:200000>) = 1")), HasSubstr("is too long a range"));
    EXPECT_THAT(message(text("d/dt(X<k,1:0.5>) = 1")),
                HasSubstr("model.txt:6:1: the index `0.5` is not a whole number"));
    EXPECT_THAT(message(text("d/dt(X<k,1:n>) = 1")), HasSubstr("`n` is no parameter and no index here"));
    EXPECT_THAT(message(text("d/dt(X<k,1:3>) = 1", "k = 2")), HasSubstr("the index `k` is a parameter too"));
    EXPECT_THAT(message(text("d/dt(X<k,1:3>) = 1 + X<k/2>")), HasSubstr("the index `k/2` is not a whole number"));
    EXPECT_THAT(message(text("d/dt(X<k,1:3>) = X<k-1>")), HasSubstr("unknown name `X0`"));
    EXPECT_THAT(message(text("d/dt(X<k,1:3>) = arraysumIQM(X<i,1:3>)")), HasSubstr("MODEL VARIABLES only"));
    EXPECT_THAT(message(text("d/dt(X<k,1:3>) = 1", "", "s = arraysumIQM(X1)")),
                HasSubstr("nothing in this sum is an array"));
    EXPECT_THAT(message(text("d/dt(X<k,1:3>) = 1", "", "s = arraysumIQM(X<k,1:3>")), HasSubstr("is not closed"));
    EXPECT_THAT(message(text("d/dt(X<k,1:3>) = 1", "", "s = arraysumIQM(X<k,1:3>)+arraysumIQM(X<k,1:3>)")),
                HasSubstr("a line has two sums of arrays"));
    EXPECT_THAT(message(text("d/dt(X<k,1:3>) = 1", "p<k,1:3> = 1")),
                HasSubstr("arrays are of states, variables and reactions"));
    EXPECT_THAT(message(text("d/dt(x) = 1", "", "s = arraysumIQM(x)")), HasSubstr("sums are of arrays"));
    EXPECT_THAT(message("********** MODEL STATE INFORMATION\nA(0) = 1\n********** MODEL VARIABLES\nv<k,1:2> = k\n"),
                HasSubstr("arrays stand in a text with reaction equations"));
}

}  // namespace
}  // namespace kohort::model
