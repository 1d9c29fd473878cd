#include "trial/symbols.hpp"

#include "base/text.hpp"
#include "trial/model_units.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kohort::trial {

namespace {

constexpr std::array<std::pair<std::string_view, SymbolKind>, 6> kind_words{{
    {"output", SymbolKind::output},
    {"feature", SymbolKind::feature},
    {"variable", SymbolKind::variable},
    {"state", SymbolKind::state},
    {"parameter", SymbolKind::parameter},
    {"input", SymbolKind::input},
}};

constexpr std::string_view integral_prefix = "integral(";

SymbolKind kind_of(model::Observable::Kind kind) {
    switch (kind) {
        case model::Observable::Kind::variable: return SymbolKind::variable;
        case model::Observable::Kind::output: return SymbolKind::output;
        case model::Observable::Kind::feature: return SymbolKind::feature;
    }
    return SymbolKind::variable;
}

bool is_in(SymbolKind kind, std::initializer_list<SymbolKind> kinds) {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool ends_in_name(const std::string& full, const std::string& name) {
    return full.size() > name.size() && full.ends_with(name) && full[full.size() - name.size() - 1] == '.';
}

}  // namespace

void Symbols::add_quantities(const model::Model& model) {
    const auto add = [&](const auto& quantities, SymbolKind kind) {
        int index = 0;
        for (const auto& quantity : quantities) symbols_.push_back({quantity.name, quantity.note.unit, kind, index++});
    };
    add(model.states, SymbolKind::state);
    for (std::size_t state = 0; state < model.states.size(); ++state) {  // what equations hold in place cannot be set
        if (model.states[state].kind != model::State::Kind::differential) symbols_[state].kind = SymbolKind::variable;
    }
    add(model.parameters, SymbolKind::parameter);
    add(model.inputs, SymbolKind::input);
}

Symbols::Symbols(const model::Model& model) : time_unit_(model.time_unit) {
    add_quantities(model);
    int index = 0;
    for (const model::Observable& observable : model.observables) {
        symbols_.push_back({observable.name, observable.note.unit, kind_of(observable.kind), index++});
    }
}

Symbols::Symbols(const codegen::Program& program) : time_unit_(program.model.time_unit) {
    const Symbols named(program.model);
    add_quantities(program.model);
    const std::size_t n_values = program.observable_names.size() - program.n_integrals;
    for (std::size_t row = 0; row < program.observable_names.size(); ++row) {
        const bool is_integral = row >= n_values;
        std::string name = program.observable_names[row];
        if (is_integral) name = name.substr(integral_prefix.size(), name.size() - integral_prefix.size() - 1);
        const Symbol* symbol = named.find(name, observable_kinds);
        std::string unit = symbol != nullptr ? symbol->unit : "";
        if (is_integral) unit = unit_times_time(unit, time_unit_);
        symbols_.push_back({std::move(name), std::move(unit),
                            is_integral ? SymbolKind::integral : SymbolKind::observable, static_cast<int>(row)});
    }
}

std::vector<const Symbol*> Symbols::matches(const std::string& name, std::initializer_list<SymbolKind> kinds) const {
    const bool lowered = is_in(SymbolKind::observable, kinds) || is_in(SymbolKind::integral, kinds);
    for (const auto& [word, kind] : kind_words) {
        if (lowered || !name.starts_with(word) || name.size() <= word.size() || name[word.size()] != ':') continue;
        if (!is_in(kind, kinds)) return {};
        return matches(name.substr(word.size() + 1), {kind});
    }
    std::vector<const Symbol*> suffixed;
    for (const SymbolKind kind : kinds) {
        for (const Symbol& symbol : symbols_) {
            if (symbol.kind != kind) continue;
            if (symbol.name == name) return {&symbol};
            if (ends_in_name(symbol.name, name)) suffixed.push_back(&symbol);
        }
    }
    return suffixed;
}

const Symbol* Symbols::find(const std::string& name, std::initializer_list<SymbolKind> kinds) const {
    const std::vector<const Symbol*> found = matches(name, kinds);
    return found.size() == 1 ? found.front() : nullptr;
}

const Symbol& Symbols::require(const std::string& name, std::initializer_list<SymbolKind> kinds,
                               const std::string& wanted, const Place& place) const {
    const std::vector<const Symbol*> found = matches(name, kinds);
    if (found.size() == 1) return *found.front();
    std::vector<std::string> known;
    if (found.empty()) {
        for (const Symbol& symbol : symbols_) {
            if (is_in(symbol.kind, kinds)) known.push_back(symbol.name);
        }
        throw InputError(place, "the model has no " + wanted + " \"" + name + "\"", suggest(name, known));
    }
    for (const Symbol* symbol : found) known.push_back(symbol->name);
    throw InputError(place, "\"" + name + "\" could mean several quantities of the model",
                     "write one of " + join(known, ", "));
}

}  // namespace kohort::trial
