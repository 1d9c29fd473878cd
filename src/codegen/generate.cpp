#include "codegen/generate.hpp"

#include "codegen/print_dependent.hpp"
#include "codegen/print_lu.hpp"
#include "codegen/print_tape.hpp"
#include "codegen/print_turns.hpp"

#include <utility>

namespace kohort::codegen {
namespace {

using model::Assignment;

// __restrict: integrators never give one array twice (1.4 % of a step of insres_model, 54 states, 8 lanes)
constexpr const char*
    state_arguments = "V t, const V* __restrict y, const V* __restrict p, const V* __restrict u, const V* __restrict h";

class StructWriter {
public:
    StructWriter(const Program& program, const ModelPlan& plan, const GenerateOptions& options)
        : program_(program), plan_(plan), options_(options), labels_(make_labels(program, plan)) {}

    std::string write() {
        text_ += "struct " + options_.struct_name + " {\n";
        write_names("State", "y", labels_.state);
        write_names("Parameter", "p", labels_.parameter);
        write_names("Input", "u", labels_.input);
        write_names("Hoisted", "h", labels_.hoisted);
        write_sizes();
        write_start();
        write_functions();
        if (!plan_.dependent.empty()) write_dependent();
        if (!plan_.lookups.empty()) write_lookups();
        write_lu();
        if (plan_.turn.empty()) {
            write_fire();
        } else {
            text_ += print_turns(program_, plan_, labels_, 4);
        }
        text_ += "};\n";
        return std::move(text_);
    }

private:
    void line(const std::string& content) { text_ += "    " + content + "\n"; }

    void write_names(const char* type, const char* array, const std::vector<Label>& labels) {
        if (labels.empty()) return;
        line("/// Places in " + std::string(array));
        line("enum " + std::string(type) + " : int {");
        for (const Label& label : labels) {
            line("    " + label.identifier + "," + (label.comment.empty() ? "" : "  // " + label.comment));
        }
        line("};");
        text_ += "\n";
    }

    void write_sizes() {
        const ModelSizes& sizes = plan_.sizes;
        const std::pair<const char*, int> counts[] = {{"n_states", sizes.n_states},
                                                      {"n_dependent", sizes.n_dependent},
                                                      {"n_integrals", sizes.n_integrals},
                                                      {"n_parameters", sizes.n_parameters},
                                                      {"n_inputs", sizes.n_inputs},
                                                      {"n_hoisted", sizes.n_hoisted},
                                                      {"n_clock", sizes.n_clock},
                                                      {"n_kept", sizes.n_kept},
                                                      {"n_observables", sizes.n_observables},
                                                      {"n_roots", sizes.n_roots},
                                                      {"n_event_roots", sizes.n_event_roots},
                                                      {"n_observed_roots", sizes.n_observed_roots},
                                                      {"n_events", sizes.n_events},
                                                      {"n_pending", sizes.n_pending},
                                                      {"n_event_values", sizes.n_event_values},
                                                      {"n_jacobian", sizes.n_jacobian},
                                                      {"n_free_jacobian", sizes.n_free_jacobian},
                                                      {"n_lookups", sizes.n_lookups},
                                                      {"n_massless", sizes.n_massless},
                                                      {"n_fast", sizes.n_fast},
                                                      {"n_implicit_jacobian", sizes.n_implicit_jacobian},
                                                      {"n_inside", sizes.n_inside},
                                                      {"n_observed", sizes.n_observed},
                                                      {"n_lu", sizes.n_lu}};
        std::string fields;
        for (const auto& [name, count] : counts) {
            line("static constexpr int " + std::string(name) + " = " + std::to_string(count) + ";");
            fields += "." + std::string(name) + " = " + std::to_string(count) + ", ";
        }
        const std::string autonomous = sizes.autonomous ? "true" : "false";
        line("static constexpr bool autonomous = " + autonomous + ";");
        fields += std::string(".instants_matter = ") + (sizes.instants_matter ? "true" : "false") + ", ";
        fields += std::string(".affine = ") + (sizes.affine ? "true" : "false") + ", ";
        line("static constexpr kohort::ModelSizes sizes() {");
        line("    return {" + fields + ".autonomous = " + autonomous + "};");
        line("}\n");
        write_states_inside();
    }

    void write_states_inside() {
        std::string names;
        for (const int state : plan_.inside)
            names += (names.empty() ? "" : ", ") + labels_.state[static_cast<std::size_t>(state)].identifier;
        line(
            "/// States that are read inside a step: n_observed by observe, the others by observe_rate, conditions and "
            "roots");
        line("KOHORT_FUNCTION static int state_inside(int place) {");
        line("    static constexpr std::array<int, n_inside> states{" + names + "};");
        line("    return states[static_cast<unsigned>(place)];");
        line("}\n");
    }

    /// One function: `body` is already indented.
    void write_function(const std::string& comment, const std::string& name, const std::string& arguments,
                        const std::string& body, bool large = false) {
        if (!comment.empty()) line("/// " + comment);
        line("template <class V>");
        const bool out_of_line = large && plan_.sizes.n_states > options_.inline_states;
        line(std::string(out_of_line ? "[[gnu::noinline]] " : "") + "KOHORT_FUNCTION void " + name + "(" + arguments +
             ") const {");
        if (body.find("Mask ") != std::string::npos) line("    using Mask = kohort::MaskOf<V>;");
        text_ += body;
        line("}\n");
    }

    [[nodiscard]] std::string body(const Tape& tape, const OutputText& output) const {
        return print_tape(tape, labels_, output, 8);
    }

    /// "array[identifier]" for outputs that have names of their own.
    static OutputText named(const std::string& array, const std::vector<Label>& labels, const std::string& before) {
        return [=, &labels](std::size_t output) {
            const Label& label = labels[output];
            return Label{array + "[" + label.identifier + "]", label.comment.empty() ? "" : before + label.comment};
        };
    }

    static OutputText numbered(const std::string& array, const std::function<std::string(std::size_t)>& comment) {
        return [=](std::size_t output) { return Label{array + "[" + std::to_string(output) + "]", comment(output)}; };
    }

    void write_start() {
        write_function("What depends on parameters and inputs only", "hoist",
                       "const V* __restrict p, const V* __restrict u, V* __restrict h",
                       body(plan_.hoist, named("h", labels_.hoisted, "")));
        write_few_hoisted();
        write_function("", "initial", "V t, const V* __restrict p, const V* __restrict u, V* __restrict y",
                       body(plan_.initial, named("y", labels_.state, "")));
    }

    /// See few_hoisted.hpp.
    void write_few_hoisted() {
        const FewHoisted& few = plan_.few_hoisted;
        write_stale("parameter", few.by_parameter);
        write_stale("input", few.by_input);
        const auto output = named("h", labels_.hoisted, "");
        write_function("Of the hoisted values, those that change in a twin's life", "hoist_few",
                       "const V* __restrict p, const V* __restrict u, V* h",
                       body(few.tape, [&](std::size_t place) { return output(few.slots[place]); }));
    }

    void write_stale(const std::string& what, const std::vector<Stale>& which) {
        std::string cases;
        for (std::size_t index = 0; index < which.size(); ++index) {
            if (which[index] == Stale::all) continue;
            const Label& label = (what == "input" ? labels_.input : labels_.parameter)[index];
            cases += " case " + label.identifier +
                     ": return kohort::Stale::" + (which[index] == Stale::few ? "few;" : "none;");
        }
        line("KOHORT_FUNCTION static constexpr kohort::Stale stale_by_" + what + "(int " + (cases.empty() ? "" : what) +
             ") {");
        if (!cases.empty()) line("    switch (" + what + ") {" + cases + " default: break; }");
        line("    return kohort::Stale::all;");
        line("}\n");
    }

    void write_state_function(const char* comment, const char* name, const char* result, const Tape& tape,
                              const OutputText& output, bool large = false) {
        write_function(comment, name, std::string(state_arguments) + ", V* __restrict " + result, body(tape, output), large);
    }

    void write_functions() {
        const PlannedFunctions& functions = plan_.functions;
        const auto observable_name = [this](std::size_t observable) {
            return comment_text(program_.observable_names[observable]);
        };
        if (plan_.sizes.n_clock > 0) {
            write_function("What time alone decides, behind the hoisted values of rhs, jacobian and time_derivative",
                           "clock",
                           "V t, const V* __restrict p, const V* __restrict u, const V* __restrict h, V* __restrict c",
                           body(plan_.clock, numbered("c", [](std::size_t) { return std::string(); })));
        }
        write_state_function("", "rhs", "dy", functions.rhs, named("dy", labels_.state, "d/dt "), true);
        write_jacobian("jacobian", functions.jacobian, program_.jacobian, plan_.dependent.empty());
        write_state_function("Explicit part", "time_derivative", "ft", functions.time_derivative,
                             named("ft", labels_.state, "d rate / d time of "));
        write_state_function("", "roots", "g", functions.roots, numbered("g", [&](std::size_t root) {
                                 return root < program_.n_event_roots ? "event" : "step end";
                             }));
        write_state_function("", "conditions", "c", functions.conditions, numbered("c", [&](std::size_t event) {
                                 return comment_text(program_.model.events[event].name);
                             }));
        write_read_by_conditions();
        write_state_function("", "observe", "o", functions.observe, numbered("o", observable_name));
        write_state_function("", "observe_rate", "od", functions.observe_rate, numbered("od", observable_name));
    }

    void write_read_by_conditions() {
        const ReadValues& read = plan_.read_by_conditions;
        line("/// Calls parameter(index), input(index) and hoisted(index) for what roots and conditions read");
        line("template <class Parameter, class Input, class Hoisted>");
        line(
            "KOHORT_FUNCTION void read_by_conditions([[maybe_unused]] Parameter parameter, [[maybe_unused]] Input "
            "input, "
            "[[maybe_unused]] Hoisted hoisted) const {");
        for (const int index : read.parameters) write_call("parameter", labels_.parameter, index);
        for (const int index : read.inputs) write_call("input", labels_.input, index);
        for (const int index : read.hoisted) write_call("hoisted", labels_.hoisted, index);
        line("}\n");
    }
    void write_call(const std::string& function, const std::vector<Label>& labels, int index) {
        line("    " + function + "(" + labels[static_cast<std::size_t>(index)].identifier + ");");
    }

    [[nodiscard]] OutputText entries_of(const std::vector<JacobianEntry>& entries) const {
        const auto state_name = [this](std::size_t state) { return labels_.state[state].identifier.substr(2); };
        return numbered("jac", [&entries, state_name](std::size_t entry) {
            return "d rate(" + state_name(entries[entry].row) + ") / d " + state_name(entries[entry].column);
        });
    }

    /// is_factored: a step needs this one, and keeps of it what it can.
    void write_jacobian(const char* name, const Tape& tape, const std::vector<JacobianEntry>& entries, bool is_factored) {
        if (plan_.sizes.n_kept == 0 || !is_factored) {
            write_state_function("", name, "jac", tape, entries_of(entries), true);
            return;
        }
        write_function("", name, std::string(state_arguments) + ", V* __restrict jac",
                       "        V kept[n_kept];\n        keeping_jacobian(t, y, p, u, h, kept, jac);\n");
        write_kept(entries);
    }

    /// See kept_values.hpp.
    void write_kept(const std::vector<JacobianEntry>& entries) {
        write_function(
            "What is factored, and what rates_after_jacobian reads behind the hoisted values and the clock's",
            "keeping_jacobian", std::string(state_arguments) + ", V* __restrict kept, V* __restrict jac",
            body(plan_.kept.jacobian, entries_of(entries)), true);
        const auto rate = named("dy", labels_.state, "d/dt ");
        const std::size_t first = plan_.dependent.size();
        write_state_function(
            "Rates of the states that are solved for, where keeping_jacobian was called last", "rates_after_jacobian",
            "dy", plan_.kept.rates, [=](std::size_t output) { return rate(first + output); }, true);
    }

    /// See dependent_states.hpp.
    void write_dependent() {
        const auto rate = named("dy", labels_.state, "d/dt ");
        const std::size_t first = plan_.dependent.size();
        write_state_function(
            "Of the states that follow from none", "free_rates", "dy", plan_.functions.free_rates,
            [=](std::size_t output) { return rate(first + output); }, true);
        write_jacobian("free_jacobian", plan_.functions.free_jacobian, program_.free_jacobian, true);
        write_function(
            "The sizes of what solve adds up for states that follow from others, for changes from y to y_new",
            "followed_size", "const V* __restrict y, const V* __restrict y_new, V* __restrict size",
            print_followed_size(plan_, labels_, 8));
    }

    void write_lookups() {
        const auto truth = [](bool value) { return value ? "true" : "false"; };
        line("static constexpr std::array<kohort::Lookup, " + std::to_string(plan_.lookups.size()) + "> lookups{{");
        for (const Lookup& lookup : plan_.lookups)
            line("    {" + std::to_string(lookup.state) + ", " + truth(lookup.is_rate) + ", " +
                 truth(lookup.feeds_back) + ", " + truth(lookup.constant_delay) + "},");
        line("}};");
        line("static constexpr kohort::Lookup lookup(int place) { return lookups[static_cast<unsigned>(place)]; }\n");
        std::string cases = "        switch (place) {\n";
        for (std::size_t place = 0; place < plan_.delays.size(); ++place) {
            cases += "        case " + std::to_string(place) + ": {\n";
            cases += print_tape(plan_.delays[place], labels_, [](std::size_t) { return Label{"*delay", ""}; }, 12);
            cases += "            break;\n        }\n";
        }
        write_function("How long ago a value of the past is, which lies behind the inputs", "delay",
                       "int place, V t, const V* __restrict y, const V* __restrict p, const V* __restrict u, "
                       "const V* __restrict h, V* __restrict delay",
                       cases + "        default: break;\n        }\n");
    }

    void write_lu() {
        const bool straight = plan_.lu.entries.size() <= options_.longest_straight_lu;
        write_function("Factors of J - inverse_gamma_h I, see base/sparse_lu.hpp", "factor",
                       "V inverse_gamma_h, const V* __restrict jac, V* __restrict lu",
                       straight ? print_factor(plan_.lu, labels_, 8) : print_factor_table(plan_.lu, 8), true);
        write_function("b becomes (inverse_gamma_h I - J)^-1 b", "solve", "const V* __restrict lu, V* __restrict b",
                       (straight ? print_solve(plan_.lu, 8) : print_solve_table(plan_.lu, 8)) +
                           print_follow(plan_, labels_, "b", straight, 8),
                       true);
        write_function("product becomes J x, with J as factor takes it", "jacobian_times",
                       "const V* __restrict jac, const V* __restrict x, V* __restrict product",
                       (straight ? print_product(plan_.lu, 8) : print_product_table(plan_.lu, 8)) +
                           print_follow(plan_, labels_, "product", false, 8),
                       true);
    }

    void write_fire() {
        line("/// Reads y and p before the event, writes what it assigns into y_after and p_after");
        line(
            "KOHORT_FUNCTION void fire(int event, double t, const double* y, const double* p, const double* u, double* "
            "y_after, "
            "double* p_after) const {");
        line("    using V [[maybe_unused]] = double;");
        line("    using Mask [[maybe_unused]] = bool;");
        line("    switch (event) {");
        for (std::size_t event = 0; event < plan_.fire.size(); ++event) write_event(event);
        line("    default: break;");
        line("    }");
        line("}");
    }

    void write_event(std::size_t event) {
        const model::Event& fired = program_.model.events[event];
        line("    case " + std::to_string(event) + ": {  // " + comment_text(fired.name));
        text_ += print_tape(
            plan_.fire[event], labels_,
            [&](std::size_t place) {
                const Assignment& assignment = fired.assignments[place];
                const bool is_state = assignment.target == Assignment::Target::state;
                const Label& label = (is_state ? labels_.state : labels_.parameter)[assignment.index];
                return Label{(is_state ? "y_after[" : "p_after[") + label.identifier + "]", label.comment};
            },
            12);
        line("        break;");
        line("    }");
    }

    const Program& program_;
    const ModelPlan& plan_;
    const GenerateOptions& options_;
    Labels labels_;
    std::string text_;
};

}  // namespace

std::string generated_includes() {
    return "#include \"base/event_rule.hpp\"\n#include \"base/lane_math.hpp\"\n#include \"base/lookup.hpp\"\n#include "
           "\"base/model_sizes.hpp\"\n#include \"base/sparse_lu.hpp\"\n#include \"base/stale.hpp\"\n\n"
           "#include <array>\n#include <limits>\n";
}

std::string generated_names() {
    return "namespace math = kohort::math;\nusing kohort::is_true;\nusing kohort::select;\nusing kohort::truth;\n";
}

std::string generate_struct(const Program& program, const ModelPlan& plan, const GenerateOptions& options) {
    return StructWriter(program, plan, options).write();
}

std::string generate_plugin(const Program& program, int lanes, Precision precision) {
    const ModelPlan plan = plan_model(program, precision);
    std::string text = "// Made by Kohort from the model \"" + comment_text(program.model.name) + "\".\n";
    text += "// Arrays: y states, p parameters, u inputs, h values hoisted out of time, t time [" +
            comment_text(program.model.time_unit) + "].\n";
    text += "#include \"kernels/plugin_main.hpp\"\n" + generated_includes();
    text += "\nnamespace kohort_generated {\nnamespace {\n\n" + generated_names() + "\n";
    text += generate_struct(program, plan, {});
    text += "\n}  // namespace\n}  // namespace kohort_generated\n\n";
    const std::string macro = precision == Precision::mixed ? "KOHORT_MIXED_PLUGIN" : "KOHORT_PLUGIN";
    text += macro + "(kohort_generated::Model, " + std::to_string(lanes) + ", \"" + hash_of(program) + "\")\n";
    return text;
}

}  // namespace kohort::codegen
