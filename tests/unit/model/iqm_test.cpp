#include "model/iqm.hpp"

#include "model/check.hpp"
#include "model/evaluate.hpp"
#include "model/symbols.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace kohort::model {
namespace {

using testing::HasSubstr;

std::string part(const std::string& name, const std::string& content) {
    return "********** MODEL " + name + "\n" + content + "\n";
}

std::string ordinary(const std::string& states, const std::string& more = "") {
    return part("NAME", "a model") + part("NOTES", "time_unit = min") + part("STATES", states) + more;
}

std::string message(const std::string& text) {
    try {
        (void)read_iqm(text, "model.txt");
    } catch (const InputError& error) {
        return error.what();
    }
    return "was read";
}

class AtStart {
public:
    explicit AtStart(const std::string& text) : model(read_iqm(text, "model.txt")) {
        for (const Parameter& parameter : model.parameters) parameters_.push_back(parameter.value);
        inputs_.resize(model.inputs.size());
        for (const State& state : model.states) {
            states.push_back(evaluate(model.graph, state.initial, leaves(0.0)));
        }
    }
    [[nodiscard]] double rate(const std::string& name, double time = 0.0) {
        return evaluate(model.graph, model.states[find_state(model, name)].rate, leaves(time));
    }
    [[nodiscard]] double value(const std::string& name, double time = 0.0) {
        return evaluate(model.graph, node_of(model, find_symbol(model, name)), leaves(time));
    }

    Model model;
    std::vector<double> states;

private:
    [[nodiscard]] Leaves leaves(double time) const {
        return {.time = time, .states = states, .parameters = parameters_, .inputs = inputs_};
    }
    std::vector<double> parameters_;
    std::vector<double> inputs_;
};

TEST(Iqm, reads_all_sections_of_the_ordinary_layout) {
    AtStart at(ordinary(
        "% the first\nd/dt(A) = -R1 %% eq. 1\nd/dt(B) = R1\n   - R2\n\nB(0) = 2 % [mg] bound\nA(0) = 3*B",
        part("PARAMETERS", "k1 = 0.5 % [1/min] uptake; a table\nk2 = 4 {isParameter}") +
            part("VARIABLES", "total = A + B % [mg]\r\nscaled = twice(total);") +
            part("REACTIONS", "R1 = k1*A {reversible} % flux\nR2 = k2*R1") + part("FUNCTIONS", "twice(x) = 2*x") +
            part("EVENTS", "dose = ge(time,10), A, A + 1, k1, 2") + part("MATLAB FUNCTIONS", "")));
    EXPECT_EQ(at.model.name, "a_model");
    EXPECT_EQ(at.model.time_unit, "min");
    EXPECT_EQ(at.states, (std::vector<double>{6.0, 2.0}));
    EXPECT_EQ(at.rate("A"), -3.0);
    EXPECT_EQ(at.rate("B"), 3.0 - 12.0);
    EXPECT_EQ(at.value("scaled"), 16.0);
    EXPECT_EQ(find_symbol(at.model, "R1").kind, Symbol::Kind::variable);
    EXPECT_EQ(find_symbol(at.model, "total").kind, Symbol::Kind::output);
    EXPECT_EQ(at.model.parameters[0].note.unit, "1/min");
    EXPECT_EQ(at.model.states[1].note.unit, "mg");
    ASSERT_EQ(at.model.events.size(), 1U);
    EXPECT_EQ(at.model.events[0].assignments[1].target, Assignment::Target::parameter);
    EXPECT_TRUE(at.model.remarks.empty());
}

TEST(Iqm, reads_reactions_of_the_biochemical_layout) {
    AtStart at(
        part("NAME", "m") +
        part("STATE INFORMATION",
             "d/dt(V) = 1\nV(0) = 2\nB(0) = 1\nA(0) = 8 {isSpecie:V:concentration}\nX(0) = 1 {isSpecie:V:amount}") +
        part("PARAMETERS", "k = 0.5\nP = 7") +
        part("REACTIONS",
             "2*A + P <=> B : R1 % binding\n  vf = k*A\n  vr = k*B\n\n => A : R2\n vf = 3\nX => : R3\n vf = X"));
    EXPECT_EQ(at.states, (std::vector<double>{2.0, 1.0, 8.0, 1.0}));
    EXPECT_EQ(at.value("R1"), 3.5);
    EXPECT_EQ(at.rate("B"), 3.5);
    EXPECT_EQ(at.rate("A"), (-7.0 + 3.0) / 2.0);
    EXPECT_EQ(at.rate("X"), -1.0);
    EXPECT_EQ(at.model.states.size(), 4U) << "P is a parameter, and no state";
}

TEST(Iqm, gives_species_without_initial_value_the_value_zero) {
    const AtStart at(part("STATE INFORMATION", "") + part("REACTIONS", "=> A : R\nvf = 1"));
    EXPECT_EQ(at.states, std::vector<double>{0.0});
}

TEST(Iqm, computes_its_functions_as_iqm_tools_does) {
    const auto computed = [](const std::string& expression, double time = 0.0) {
        return AtStart(ordinary("d/dt(x) = 1", part("VARIABLES", "v = " + expression))).value("v", time);
    };
    EXPECT_EQ(computed("piecewiseIQM(1, lt(time,2), 5, lt(time,4), 7)", 1.0), 1.0);
    EXPECT_EQ(computed("piecewiseIQM(1, lt(time,2), 5, lt(time,4), 7)", 3.0), 5.0);
    EXPECT_EQ(computed("piecewiseT0IQM(1, lt(time,2), 5, lt(time,4), 7)", 4.0), 7.0);
    EXPECT_EQ(computed("piecewiseSB(1, andSB(ge(time,1),le(time,2)), 3)", 1.5), 1.0);
    EXPECT_DOUBLE_EQ(computed("piecewiseSmoothIQM(0.5, 1, 3, 2)"), (1 + 3 * std::exp(1.0)) / (1 + std::exp(1.0)));
    EXPECT_EQ(computed("piecewiseSmoothIQM(1e4, 1, 3, 2)"), 3.0) << "the formula as it is written gives NaN";
    EXPECT_EQ(computed("andIQM(1, 2, 0)"), 0.0);
    EXPECT_EQ(computed("orIQM(0, 0, 3)"), 1.0);
    EXPECT_EQ(computed("orIQM(3)"), 1.0);
    EXPECT_EQ(computed("minIQM(3, 1, 2) + maxIQM(3, 1, 4)"), 5.0);
    EXPECT_EQ(computed("indexmaxIQM(3, 5, 5, 1)"), 2.0);
    EXPECT_EQ(computed("mod(-1, 3)"), 2.0);
    EXPECT_EQ(computed("mod(7, -3)"), -2.0);
    EXPECT_EQ(computed("mod(7, 0)"), 7.0);
    EXPECT_EQ(computed("rem(-7, 3)"), -1.0);
    EXPECT_EQ(computed("nthrootIQM(8, 3)"), 2.0);
    EXPECT_EQ(computed("kin_michaelis_menten_irr(6, 2, 1)"), 4.0);
    EXPECT_EQ(computed("kin_hill_cooperativity_irr(10, 2, 2, 1)"), 8.0);
    EXPECT_EQ(computed("kin_comp_inihib_irr(6, 1, 1, 2, 2)"), 2.0);
    EXPECT_EQ(computed("kin_mixed_inihib_irr(6, 1, 1, 2, 2, 1)"), 1.2);
    EXPECT_EQ(computed("kin_uni_uni_rev(6, 3, 1, 1, 1, 1)"), 2.4);
    EXPECT_EQ(computed("-2^2 + 10*0.5"), 1.0);
    EXPECT_EQ(computed("(2^3)^2 + 2^(3^2)"), 576.0);
    EXPECT_EQ(computed("2^-1 * 2^max(1, 2^2)"), 8.0);
}

TEST(Iqm, takes_undefined_dosing_inputs_as_inputs) {
    AtStart at(ordinary("d/dt(A) = -k*A + INPUT1 + INPUT2", part("PARAMETERS", "k = 1\nINPUT2 = 3")));
    ASSERT_EQ(at.model.inputs.size(), 1U);
    EXPECT_EQ(at.model.inputs[0].name, "INPUT1");
    EXPECT_EQ(at.model.inputs[0].default_value, 0.0);
    EXPECT_EQ(at.rate("A"), 3.0);
    EXPECT_THAT(at.model.remarks, testing::ElementsAre(HasSubstr("model.txt:6:18: `INPUT1` is not defined")));
}

TEST(Iqm, stops_a_state_at_its_bounds) {
    const auto rate = [](const std::string& start, const std::string& slope) {
        return AtStart(ordinary("d/dt(x) = " + slope + " {constraints:[-1,high]}\nx(0) = " + start,
                                part("PARAMETERS", "high = 2")))
            .rate("x");
    };
    EXPECT_EQ(rate("0", "3"), 3.0);
    EXPECT_EQ(rate("2", "3"), 0.0);
    EXPECT_EQ(rate("2", "-3"), -3.0);
    EXPECT_EQ(rate("-1", "-3"), 0.0);
    EXPECT_EQ(rate("-1", "3"), 3.0);
    const Model open = read_iqm(ordinary("d/dt(x) = 1 {constraints:[0,inf]}"), "model.txt");
    EXPECT_EQ(open.events.size(), 1U) << "an infinite bound is none";
}

TEST(Iqm, says_when_the_unit_of_time_is_assumed) {
    const Model model = read_iqm(part("STATES", "d/dt(x) = 1"), "model.txt");
    EXPECT_EQ(model.time_unit, "s");
    EXPECT_THAT(model.remarks, testing::ElementsAre(HasSubstr("one unit is taken as a second")));
}

TEST(Iqm, refuses_with_place_and_remedy) {
    const auto with = [](const std::string& section, const std::string& content) {
        return message(ordinary("d/dt(x) = 1", part(section, content)));
    };
    EXPECT_THAT(with("VARIABLES", "v = 2*y"), HasSubstr("model.txt:8:7: unknown name `y`"));
    EXPECT_THAT(with("VARIABLES", "v = 2^3^2"), HasSubstr("model.txt:8:8: `a^b^c` is read from the left by some"));
    EXPECT_THAT(with("VARIABLES", "v = piecewiseIQM(1, 2)"), HasSubstr("`piecewiseIQM` cannot have these 2 arguments"));
    EXPECT_THAT(with("VARIABLES", "v = delayIQM(x + INPUT1, 1)"),
                HasSubstr("model.txt:8:5: `delayIQM` cannot have these 2"));
    EXPECT_THAT(with("FUNCTIONS", "f(a) = delayIQM(a, 1)"),
                HasSubstr("model.txt:8:8: a delay stands inside a function"));
    EXPECT_THAT(message(ordinary("d/dt(x) = delayIQM(x, 1)",
                                 part("PARAMETERS", "k = 1") + part("EVENTS", "e = gt(time, 1), k, 2"))),
                HasSubstr("event `e` sets a parameter, and the text has delays"));
    EXPECT_THAT(message(ordinary("d/dt(x) = y\n0 = x - y : y\n0 = x - y : z")), HasSubstr("equation"));
    EXPECT_THAT(with("VARIABLES", "v = kin_ordered_bi_bi_rev(1)"), HasSubstr("write the law in MODEL FUNCTIONS"));
    EXPECT_THAT(with("VARIABLES", "v = interp1IQM([0,1],[1,2,3],x)"),
                HasSubstr("model.txt:8:5: the lists of `interp1IQM` are not equally long"));
    EXPECT_THAT(with("VARIABLES", "v = interp1IQM([1,0],[1,2],x)"), HasSubstr("the first increasing"));
    EXPECT_THAT(with("VARIABLES", "v = interp1IQM([0 1],[1,2],x)"), HasSubstr("or `]` after an element of a list"));
    EXPECT_THAT(with("VARIABLES", "v = [1, 2]"), HasSubstr("`[` cannot stand in an expression"));
    EXPECT_THAT(with("VARIABLES", "v = interpcseIQM([0,1],[1,x],x,0,0)"),
                HasSubstr("points that change stand in interpcsexIQM"));
    const std::string changed = part("EVENTS", "e = gt(time, 1), k, 2");
    EXPECT_THAT(message(ordinary("d/dt(x) = 1", part("PARAMETERS", "k = 1") +
                                                    part("VARIABLES", "v = interpcseIQM([0,1],[1,k],x,0,0)") + changed)),
                HasSubstr("model.txt:10:27: an event sets `k`, and interpcseIQM computes its coefficients once"));
    EXPECT_EQ(message(ordinary("d/dt(x) = 1", part("PARAMETERS", "k = 1") +
                                                  part("VARIABLES",
                                                       "v = interpcseIQM([0,1],[1,2],(x),0,0)*k\n"
                                                       "w = interpcsexIQM([0,1],[1,k],x,0,0)") +
                                                  changed)),
              "was read");
    EXPECT_THAT(with("VARIABLES", "v = interpcsexIQM([0,1],[1,2],x)"), HasSubstr("slopes at both ends"));
    EXPECT_THAT(with("VARIABLES", "v = 1 % one\n + 2"),
                HasSubstr("model.txt:9:2: this formula goes on after a comment"));
    EXPECT_THAT(with("VARIABLES", "v = 1 {odd}"), HasSubstr("model.txt:8:7: `{odd}` is not known"));
    EXPECT_THAT(with("VARIABLES", "v = 1 {odd"), HasSubstr("braces do not match"));
    EXPECT_THAT(with("VARIABLES", "a = b\nb = 1"), HasSubstr("variable `b` is used before it is defined"));
    EXPECT_THAT(with("REACTIONS", "R = 1 {fast}"), HasSubstr("fast reactions are not treated"));
    EXPECT_THAT(with("REACTIONS", "x => : R\nvf = 1"),
                HasSubstr("a reaction equation stands in a text of the ordinary layout"));
    EXPECT_THAT(with("PARAMETERS", "k = 2*3"), HasSubstr("must be a number"));
    EXPECT_THAT(with("EVENTS", "e = gt(x,1), x"), HasSubstr("event `e` has a target without a value"));
    EXPECT_THAT(with("VARIABLE", ""), HasSubstr("`MODEL VARIABLE` is no section of an IQM text"));
    EXPECT_THAT(with("STATES", ""), HasSubstr("section MODEL STATES was already begun on line 5"));
    EXPECT_THAT(with("INITIAL ASSIGNMENTS", "x(0) = 1"), HasSubstr("initial assignments are not read"));
    EXPECT_THAT(message("d/dt(x) = 1\n" + part("STATES", "")), HasSubstr("model.txt:1:1: this stands before"));
    EXPECT_THAT(message(ordinary("d/dt(x) = 1 {constraints:1,2}")), HasSubstr("gives no bounds"));
}

TEST(Iqm, refuses_matlab_functions_that_are_used) {
    const std::string functions = part("MATLAB FUNCTIONS", "function [y] = odd(x)\ny = x;");
    EXPECT_THAT(message(ordinary("d/dt(x) = odd(x)", functions)),
                HasSubstr("model.txt:6:11: `odd` is a MATLAB function, which cannot be run"));
    const Model model = read_iqm(ordinary("d/dt(x) = 1", functions), "model.txt");
    EXPECT_THAT(model.remarks, testing::ElementsAre(HasSubstr("`odd` is not used and not read")));
}

TEST(Iqm, refuses_reactions_that_are_not_whole) {
    const auto with = [](const std::string& reactions) {
        return message(part("STATE INFORMATION", "A(0) = 1") + part("REACTIONS", reactions));
    };
    EXPECT_THAT(with("A => B"), HasSubstr("model.txt:4:1: this reaction has no name"));
    EXPECT_THAT(with("A => B : R"), HasSubstr("reaction `R` has no rate"));
    EXPECT_THAT(with("A <=> B : R\nvf = 1"), HasSubstr("reaction `R` is reversible and has no `vr`"));
    EXPECT_THAT(with("A => B : R\nvf = 1\nvr = 1"), HasSubstr("goes one way and has a `vr`"));
    EXPECT_THAT(with("A => B : R\nvf = 1\nvf = 1"), HasSubstr("has two `vf`"));
    EXPECT_THAT(with("A => B : R\nv = 1"), HasSubstr("is followed by `v`"));
    EXPECT_THAT(with("k*A => B : R\nvf = 1"), HasSubstr("`k` is not a number of molecules"));
    EXPECT_THAT(with("A => B : R vf = 1"), HasSubstr("`R vf = 1` is not a name for a reaction"));
    EXPECT_THAT(message(part("STATE INFORMATION", "d/dt(A) = 1") + part("REACTIONS", "A => : R\nvf = 1")),
                HasSubstr("`A` takes part in reactions and has a rate of its own"));
}

}  // namespace
}  // namespace kohort::model
