// Every function of whole generated models against the interpreter, and hostile models through the compiler.

#include "compiled_text.hpp"
#include "toy_models.hpp"

#include "codegen/generate.hpp"
#include "codegen/interpreter.hpp"
#include "model/sund.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace kohort::codegen {
namespace {

/// All that a model computes at one point, one array after the other. The same text is compiled and run here.
#define KOHORT_TEST_EVERYTHING                                                                                      \
    template <class Model>                                                                                          \
    void everything(const Model& model, const double* p, const double* u, double t, double* out) {                  \
        const auto sizes = model.sizes();                                                                           \
        double* y = out;                                                                                            \
        out += sizes.n_states;                                                                                      \
        double* h = out;                                                                                            \
        out += sizes.n_hoisted;                                                                                     \
        model.initial(t, p, u, y);                                                                                  \
        model.hoist(p, u, h);                                                                                       \
        double* few = out;                                                                                          \
        out += sizes.n_hoisted;                                                                                     \
        double* u_after = out;                                                                                      \
        out += sizes.n_inputs;                                                                                      \
        for (int value = 0; value < sizes.n_hoisted; ++value) few[value] = h[value];                                \
        for (int input = 0; input < sizes.n_inputs; ++input) {                                                      \
            u_after[input] = u[input] + static_cast<double>(model.stale_by_input(input));                           \
        }                                                                                                           \
        model.hoist_few(p, u_after, few);                                                                           \
        model.rhs(t, y, p, u, h, out);                                                                              \
        out += sizes.n_states;                                                                                      \
        double* jac = out;                                                                                          \
        out += sizes.n_jacobian;                                                                                    \
        model.jacobian(t, y, p, u, h, jac);                                                                         \
        model.time_derivative(t, y, p, u, h, out);                                                                  \
        out += sizes.n_states;                                                                                      \
        if constexpr (requires { model.free_jacobian(t, y, p, u, h, jac); }) {                                      \
            if (sizes.n_dependent > 0) {                                                                            \
                for (int state = 0; state < sizes.n_dependent; ++state) out[state] = 0.0;                           \
                model.free_rates(t, y, p, u, h, out);                                                               \
                model.followed_size(y, out, out + sizes.n_states);                                                  \
                out += sizes.n_states + sizes.n_dependent;                                                          \
                jac = out;                                                                                          \
                out += sizes.n_free_jacobian;                                                                       \
                model.free_jacobian(t, y, p, u, h, jac);                                                            \
            }                                                                                                       \
        }                                                                                                           \
        if constexpr (requires { model.keeping_jacobian(t, y, p, u, h, out, jac); }) {                              \
            if (sizes.n_kept > 0) {                                                                                 \
                double* with_kept = out;                                                                            \
                out += sizes.n_hoisted + sizes.n_kept;                                                              \
                for (int value = 0; value < sizes.n_hoisted; ++value) with_kept[value] = h[value];                  \
                model.keeping_jacobian(t, y, p, u, h, with_kept + sizes.n_hoisted, jac);                            \
                for (int state = 0; state < sizes.n_dependent; ++state) out[state] = 0.0;                           \
                model.rates_after_jacobian(t, y, p, u, with_kept, out);                                             \
                out += sizes.n_states;                                                                              \
            }                                                                                                       \
        }                                                                                                           \
        double* lu = out;                                                                                           \
        out += sizes.n_lu;                                                                                          \
        model.factor(3.75, jac, lu);                                                                                \
        for (int state = 0; state < sizes.n_states; ++state) out[state] = 1.0 / (1.0 + state);                      \
        model.solve(lu, out);                                                                                       \
        out += sizes.n_states;                                                                                      \
        model.jacobian_times(jac, out - sizes.n_states, out);                                                       \
        out += sizes.n_states;                                                                                      \
        double* read = out;                                                                                         \
        out += sizes.n_parameters + sizes.n_inputs + sizes.n_hoisted;                                               \
        for (double* each = read; each < out; ++each) *each = 0.0;                                                  \
        model.read_by_conditions([=](int index) { read[index] = p[index]; },                                        \
                                 [=](int index) { read[sizes.n_parameters + index] = u[index]; },                   \
                                 [=](int index) { read[sizes.n_parameters + sizes.n_inputs + index] = h[index]; }); \
        model.roots(t, y, p, u, h, out);                                                                            \
        out += sizes.n_roots;                                                                                       \
        model.conditions(t, y, p, u, h, out);                                                                       \
        out += sizes.n_events;                                                                                      \
        model.observe(t, y, p, u, h, out);                                                                          \
        out += sizes.n_observables;                                                                                 \
        model.observe_rate(t, y, p, u, h, out);                                                                     \
        out += sizes.n_observables;                                                                                 \
        for (int event = 0; event < sizes.n_events; ++event) {                                                      \
            for (int state = 0; state < sizes.n_states; ++state) out[state] = y[state];                             \
            double* y_after = out;                                                                                  \
            out += sizes.n_states;                                                                                  \
            for (int parameter = 0; parameter < sizes.n_parameters; ++parameter) out[parameter] = p[parameter];     \
            double* p_after = out;                                                                                  \
            out += sizes.n_parameters;                                                                              \
            if constexpr (requires { model.event_rule(event); }) {                                                  \
                if (sizes.n_pending > 0) {                                                                          \
                    const auto rule = model.event_rule(event);                                                      \
                    double value[8] = {};                                                                           \
                    double wait[2] = {};                                                                            \
                    model.event_values(event, t, y, p, u, value);                                                   \
                    model.event_delay(event, t, y, p, u, wait);                                                     \
                    model.event_priority(event, t, y, p, u, wait + 1);                                              \
                    model.assign_event(event, t, value, y, p, u, y_after, p_after);                                 \
                    y_after[0] += wait[0] + 2 * wait[1] + 4 * rule.persistent + 8 * rule.true_before_start;         \
                    y_after[0] += 16 * rule.values_at_trigger + 32 * rule.has_delay + 64 * rule.has_priority;       \
                }                                                                                                   \
            }                                                                                                       \
            if constexpr (requires { model.fire(event, t, y, p, u, y_after, p_after); }) {                          \
                if (sizes.n_pending == 0) model.fire(event, t, y, p, u, y_after, p_after);                          \
            }                                                                                                       \
        }                                                                                                           \
    }
#define KOHORT_TEST_TEXT_OF(...) #__VA_ARGS__
#define KOHORT_TEST_TEXT(macro) KOHORT_TEST_TEXT_OF(macro)
KOHORT_TEST_EVERYTHING

std::size_t length_of_everything(const ModelSizes& sizes) {
    const int of_free_states = sizes.n_dependent > 0 ? sizes.n_states + sizes.n_dependent + sizes.n_free_jacobian : 0;
    const int of_kept = sizes.n_kept > 0 ? sizes.n_hoisted + sizes.n_kept + sizes.n_states : 0;
    return static_cast<std::size_t>(5 * sizes.n_states + of_free_states + of_kept + 3 * sizes.n_hoisted + 2 * sizes.n_inputs +
                                    sizes.n_parameters + sizes.n_jacobian + sizes.n_lu + sizes.n_roots + sizes.n_events +
                                    2 * sizes.n_observables + sizes.n_events * (sizes.n_states + sizes.n_parameters));
}

struct Case {
    Program program;
    GenerateOptions options;
};

/// A model whose every name and text tries to reach the compiler, a shell or the preprocessor.
model::Model hostile_model(const std::string& trap) {
    toys::Builder b;
    const std::vector<std::string> texts{"system(\"touch " + trap + "\")",
                                         "*/ int x; /*",
                                         "x\\\n#include </etc/passwd>",
                                         "?\?/\n#error trigraph",
                                         "int",
                                         "operator",
                                         "y",
                                         "__LINE__",
                                         "α",
                                         "β",
                                         "a.b",
                                         "a_b",
                                         "a b",
                                         "`touch " + trap + "`",
                                         "$(touch " + trap + ")",
                                         "\"); abort(); (\"",
                                         ""};
    b.model.name = texts[0] + "\n" + texts[1];
    b.model.sources = texts;
    b.model.time_unit = "min\n#error unit";
    for (const std::string& text : texts) {
        const model::NodeId x = b.state(text);
        const model::NodeId p = b.parameter(text, 0.5);
        const model::NodeId u = b.input(text, 0.25);
        b.model.states.back().note.unit = "*/ } #error " + text;
        const model::NodeId value = b.make(model::Op::multiply, b.make(model::Op::add, x, u), b.make(model::Op::exp, p));
        b.model.states.back().rate = value;
        b.model.observables.push_back({.name = text, .value = value, .note = {.unit = text, .meaning = text}, .place = {}});
        b.model.events.push_back({.name = text,
                                  .condition = b.make(model::Op::greater, x, p),
                                  .assignments = {{model::Assignment::Target::state, 0, p}},
                                  .place = {}});
    }
    return std::move(b.model);
}

/// The same, with events that happen in turn and use all that belongs to that.
model::Model in_turn(model::Model model) {
    using Form = model::Assignment::Form;
    model.event_order = model::EventOrder::in_turn;
    const model::NodeId prey = model.graph.leaf(model::Op::state, 0);
    const model::NodeId hunter = model.graph.leaf(model::Op::state, 1);
    model::Event& cull = model.events.front();
    cull.delay = model.graph.make(model::Op::divide, prey, hunter);
    cull.priority = model.graph.make(model::Op::subtract, prey, model.graph.leaf(model::Op::time));
    cull.persistent = false;
    cull.values_at_trigger = true;
    cull.assignments[0].form = Form::value_times_factor;
    cull.assignments[0].factor = hunter;
    cull.assignments[2].form = Form::factor_over_value;
    cull.assignments[2].factor = model.graph.make(model::Op::exp, prey);
    model::Event bare{.name = "bare", .condition = cull.condition, .assignments = {}, .place = {}};
    bare.true_before_start = false;
    model.events.push_back(std::move(bare));
    return model;
}

Program lower_all(model::Model model) {
    Program program = lower(std::move(model), {});
    for (const auto& observable : program.model.observables) {
        program.observables.push_back(observable.value);
        program.observable_names.push_back(observable.name);
        program.observable_rates.push_back(program.model.graph.constant(0.0));
    }
    return program;
}

/// Sums are conserved, some with fractions, and a state is at rest.
model::Model reactions() {
    return model::read_sund(
        "########## NAME\nreactions\n########## METADATA\ntime_unit = h\n########## MACROS\n########## STATES\n"
        "d/dt(E) = -k*E*S + v*ES\nd/dt(ES) = k*E*S - v*ES\nd/dt(S) = -3*k*E*S + v*ES\nd/dt(P) = 2*v*ES\nd/dt(n) = 0\n"
        "E(0) = 1\nES(0) = 0.5\nS(0) = 9\nP(0) = 0.1\nn(0) = 2\n########## PARAMETERS\nk = 0.3\nv = 0.7\n"
        "########## VARIABLES\n########## FUNCTIONS\n########## EVENTS\n########## OUTPUTS\n########## INPUTS\n"
        "########## FEATURES\n",
        "reactions.txt");
}

/// Rates and their Jacobian call the same functions; the sum of the states is conserved unless there is more.
model::Model calls(const std::string& more) {
    return model::read_sund(
        "########## NAME\ncalls\n########## METADATA\ntime_unit = h\n########## MACROS\n########## STATES\n"
        "d/dt(x) = k*z - flow" +
            more +
            "\nd/dt(z) = flow - k*z\nx(0) = 2\nz(0) = 0.7\n########## PARAMETERS\nk = 0.3\nv = 1.7\n"
            "########## VARIABLES\nflow = x^v/(k^v + x^v) + tanh(k*x)*exp(-z/v)\n"
            "########## FUNCTIONS\n########## EVENTS\n########## OUTPUTS\n########## INPUTS\n########## FEATURES\n",
        "calls.txt");
}

TEST(GeneratedModels, have_the_interpreters_bits_in_every_function_whatever_their_names) {
    const std::filesystem::path trap = std::filesystem::temp_directory_path() / "kohort-test-trap";
    std::filesystem::remove(trap);
    const std::vector<Case> cases{
        {lower(toys::predator_and_prey(), {.integrals = {"eaten"}, .infusion_targets = {"prey"}}), {.struct_name = "Small"}},
        {lower(in_turn(toys::predator_and_prey()), {}), {.struct_name = "Turns"}},
        {lower(reactions(), {.observables = {"P"}}), {.struct_name = "Following"}},
        {lower(reactions(), {.observables = {"P"}}), {.struct_name = "FollowingTable", .longest_straight_lu = 0}},
        {lower(calls(""), {.observables = {"x"}}), {.struct_name = "Keeping"}},
        {lower(calls("- v*tanh(time)"), {.observables = {"x"}}), {.struct_name = "KeepingOfAll"}},
        {lower(toys::ring(45), {.observables = {"x3"}}), {.struct_name = "Large"}},
        {lower(toys::ring(45), {.observables = {"x3"}}), {.struct_name = "Table", .longest_straight_lu = 0}},
        {lower_all(hostile_model(trap.string())), {.struct_name = "Hostile"}}};
    std::string text = generated_includes() + "namespace {\n" + generated_names() +
                       KOHORT_TEST_TEXT(KOHORT_TEST_EVERYTHING) + "\n";
    std::string switches;
    for (const Case& each : cases) {
        text += generate_struct(each.program, plan_model(each.program), each.options);
        switches += "if (n-- == 0) everything(" + each.options.struct_name + "{}, p, u, 0.75, out);\n";
    }
    text +=
        "}\nextern \"C\" [[gnu::visibility(\"default\")]] void run(int n, const double* p, const double* u, double* "
        "out) {\n" +
        switches + "}\n";
    const toys::CompiledText compiled(text, {"-Wall", "-Wextra", "-Wpedantic", "-Wno-unused-parameter", "-Werror"});
    ASSERT_TRUE(compiled.loaded()) << compiled.log();
    EXPECT_FALSE(std::filesystem::exists(trap));

    auto* run = compiled.function<void(int, const double*, const double*, double*)>("run");
    for (std::size_t index = 0; index < cases.size(); ++index) {
        const Program& program = cases[index].program;
        const InterpretedModel model(program);
        std::vector<double> p;
        std::vector<double> u;
        for (const auto& parameter : program.model.parameters) p.push_back(parameter.value);
        for (const auto& input : program.model.inputs) u.push_back(input.default_value.value_or(0.0));
        std::vector<double> expected(length_of_everything(model.sizes()), -1.0);
        std::vector<double> actual(expected.size(), -2.0);
        everything(model, p.data(), u.data(), 0.75, expected.data());
        run(static_cast<int>(index), p.data(), u.data(), actual.data());
        EXPECT_EQ(actual, expected) << cases[index].options.struct_name;
    }
}

TEST(GeneratedModels, read_like_their_equations) {
    model::Model model = toys::predator_and_prey();
    model.states[0].note.unit = "1/m2";
    const Program program = lower(std::move(model), {});
    const std::string text = generate_struct(program, plan_model(program), {});
    EXPECT_NE(text.find("dy[y_hunter] = "), std::string::npos);
    EXPECT_NE(text.find("// d/dt prey [1/m2]"), std::string::npos);
    EXPECT_NE(text.find("const V v_eaten = "), std::string::npos);
}

TEST(GeneratedModels, give_large_models_functions_of_their_own) {
    const Program large = lower(toys::ring(45), {});
    const Program small = lower(toys::ring(40), {});
    EXPECT_NE(generate_struct(large, plan_model(large), {}).find("[[gnu::noinline]]"), std::string::npos);
    EXPECT_EQ(generate_struct(small, plan_model(small), {}).find("[[gnu::noinline]]"), std::string::npos);
}

}  // namespace
}  // namespace kohort::codegen
