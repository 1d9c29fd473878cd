// Short SBML texts, and the numbers of the models that are read from them.
#pragma once

#include "model/evaluate.hpp"
#include "model/sbml.hpp"
#include "model/symbols.hpp"

#include <sbml/SBMLTypes.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kohort::model {

inline constexpr std::string_view math_begin = "<math xmlns='http://www.w3.org/1998/Math/MathML'>";

/// A Level 3 Version 2 document around the content of <model>.
inline std::string sbml_text(std::string_view content, std::string_view model_attributes = "timeUnits='second'") {
    return "<?xml version='1.0' encoding='UTF-8'?>\n"
           "<sbml xmlns='http://www.sbml.org/sbml/level3/version2/core' level='3' version='2'>\n<model id='m' " +
           std::string(model_attributes) + ">\n" + std::string(content) + "\n</model>\n</sbml>\n";
}

inline std::string math(std::string_view content) { return std::string(math_begin) + std::string(content) + "</math>"; }

/// MathML of a formula in infix notation: infix("2 * x - delay(y, 1)").
inline std::string infix(const std::string& formula) {
    ::ASTNode* const tree = ::SBML_parseL3Formula(formula.c_str());
    KOHORT_CHECK(tree != nullptr);
    char* const written = ::writeMathMLToString(tree);
    std::string text = written;
    std::free(written);
    delete tree;
    return text.substr(text.find("<math"));
}

inline std::string parameter(std::string_view id, std::string_view value, bool is_constant = true) {
    return "<parameter id='" + std::string(id) + "' value='" + std::string(value) + "' constant='" +
           (is_constant ? "true" : "false") + "'/>";
}

inline Model read_sbml_model(std::string_view content, std::string_view model_attributes = "timeUnits='second'") {
    return read_sbml(sbml_text(content, model_attributes), "model.xml");
}

/// Values at the start.
class AtStart {
public:
    explicit AtStart(Model model) : model_(std::move(model)) {
        for (const Parameter& parameter : model_.parameters) parameters_.push_back(parameter.value);
        for (const State& state : model_.states)
            states_.push_back(evaluate(model_.graph, state.initial,
                                       {.time = 0.0, .states = {}, .parameters = parameters_, .inputs = {}}));
    }

    [[nodiscard]] double value(std::string_view name, double time = 0.0) {
        return node(node_of(model_, find_symbol(model_, name)), time);
    }
    [[nodiscard]] double rate(std::string_view state) {
        return node(model_.states[find_state(model_, state)].rate, 0.0);
    }
    [[nodiscard]] double node(NodeId id, double time) const {
        return evaluate(model_.graph, id, {.time = time, .states = states_, .parameters = parameters_, .inputs = {}});
    }
    [[nodiscard]] const Model& model() const { return model_; }

private:
    Model model_;
    std::vector<double> parameters_;
    std::vector<double> states_;
};

}  // namespace kohort::model
