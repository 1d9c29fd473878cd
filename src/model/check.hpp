// What can be said about a model before it runs: what is wrong, what looks odd, how big it is.
#pragma once

#include "model/model.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace kohort::model {

/// The model has no value for it: whoever uses the model must give one.
[[nodiscard]] bool is_left_open(const Parameter& parameter);

/// What an event needs: its condition, delay, priority, and what it assigns.
[[nodiscard]] std::vector<NodeId> nodes_of(const Event& event);

/// Throws InputError for what no reader should let through and no kernel can run: a parameter or default that is infinite,
/// a state without rate or initial value, a rate or initial value that is NaN or infinite whatever the twin, a model
/// without states and observables. Returns what the user should look at, each with its place: parameters, inputs and
/// variables that nothing uses, events that compare for equality.
[[nodiscard]] std::vector<std::string> check(const Model& model);

struct ModelSummary {
    std::string name;
    std::string time_unit;
    std::size_t states = 0;
    std::size_t parameters = 0;
    std::size_t inputs = 0;
    std::size_t mandatory_inputs = 0;
    std::size_t variables = 0;
    std::size_t outputs = 0;
    std::size_t features = 0;
    std::size_t events = 0;
    std::size_t operations = 0;        // nodes that rates need, leaves left out
    std::size_t jacobian_entries = 0;  // that are not structurally zero
};

[[nodiscard]] ModelSummary summarise(const Model& model);

}  // namespace kohort::model
