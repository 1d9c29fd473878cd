// The quantities of a model by name, as a study may speak of them: kind, unit and place in the arrays.
#pragma once

#include "codegen/program.hpp"

#include <initializer_list>
#include <string>
#include <vector>

namespace kohort::trial {

enum class SymbolKind { output, feature, variable, state, parameter, input, observable, integral };

struct Symbol {
    std::string name;  // the model's full name, "module.name" once composed
    std::string unit;  // as the modeller wrote it; empty when not given
    SymbolKind kind = SymbolKind::variable;
    int index = 0;  // among the model's (lowered: the program's) quantities of its kind
};

class Symbols {
public:
    /// Everything that the model names, before it is lowered for a study.
    explicit Symbols(const model::Model& model);
    /// After lowering: states, parameters and inputs; as kind `observable` what the program observes, and as `integral` of
    /// the same name its running integral over time. Both are numbered as the program's observables are.
    explicit Symbols(const codegen::Program& program);

    /// The symbol of that name among these kinds, or null. A name without its module serves where one symbol has it;
    /// "state:name" (output, feature, variable, state, parameter, input) chooses where several kinds of a model share one.
    [[nodiscard]] const Symbol* find(const std::string& name, std::initializer_list<SymbolKind> kinds) const;

    /// The same, or an InputError that says what was wanted ("a state to dose") and which name is near.
    [[nodiscard]] const Symbol& require(const std::string& name, std::initializer_list<SymbolKind> kinds,
                                        const std::string& wanted, const Place& place) const;

    /// Unit of time of the model, UDUNITS spelling.
    [[nodiscard]] const std::string& time_unit() const { return time_unit_; }

private:
    [[nodiscard]] std::vector<const Symbol*> matches(const std::string& name, std::initializer_list<SymbolKind> kinds) const;
    void add_quantities(const model::Model& model);

    std::vector<Symbol> symbols_;
    std::string time_unit_;
};

/// Whatever can be observed over time, in the order of preference where kinds share a name.
inline constexpr std::initializer_list<SymbolKind> observable_kinds = {SymbolKind::output,   SymbolKind::feature,
                                                                       SymbolKind::variable, SymbolKind::state,
                                                                       SymbolKind::input,    SymbolKind::parameter};

}  // namespace kohort::trial
