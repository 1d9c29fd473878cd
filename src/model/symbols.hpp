// Finds what a name means in a model.
//
// A name is looked for as it is written; if there is none, as the last part of a qualified name ("G" finds
// "organs.G"). Where one name means several things, their kind may be put in front: "state:G", "feature:G".
#pragma once

#include "model/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kohort::model {

struct Symbol {
    enum class Kind : std::uint8_t { state, parameter, input, variable, output, feature };
    Kind kind = Kind::state;
    std::uint32_t index = 0;  // into states, parameters, inputs, or observables for the last three kinds
    friend bool operator==(const Symbol&, const Symbol&) = default;
};

/// "state", "parameter", ...
[[nodiscard]] std::string_view name_of(Symbol::Kind kind);

/// The one thing that name means. Names of one and the same value (an output "G" of a state "G") are not in each other's
/// way: the first of state, parameter, input, output, feature, variable is meant. Throws InputError for an unknown name
/// (with the nearest known one) and for a name that means several things (with all of them).
[[nodiscard]] Symbol find_symbol(const Model& model, std::string_view name, const Place& place = {});

/// As find_symbol, but none for an unknown name. An ambiguous name throws all the same.
[[nodiscard]] std::optional<Symbol> try_find_symbol(const Model& model, std::string_view name, const Place& place = {});

/// The index of a state, parameter or input; things of other kinds that have the same name are not looked at.
[[nodiscard]] std::uint32_t find_state(const Model& model, std::string_view name, const Place& place = {});
[[nodiscard]] std::uint32_t find_parameter(const Model& model, std::string_view name, const Place& place = {});
[[nodiscard]] std::uint32_t find_input(const Model& model, std::string_view name, const Place& place = {});

[[nodiscard]] const std::string& name_of(const Model& model, Symbol symbol);
[[nodiscard]] const Annotation& note_of(const Model& model, Symbol symbol);
/// The symbol's value as a node of the model's graph.
[[nodiscard]] NodeId node_of(Model& model, Symbol symbol);

}  // namespace kohort::model
