// Joins modules into one model: what one module puts out under a name, the others take in under that name.
//
//   * An input whose outside name is another module's output becomes that output's expression. `module:name` asks for the
//     output of one module. Rings through states are the rule; a ring of outputs without a state in it is an error.
//   * Inputs that remain are shared by name. Their defaults must agree; without a default in one module they are mandatory.
//   * States, parameters, variables and events become `module.name`. Inputs, outputs and features keep their names (a
//     feature that two modules name alike becomes `module.name`).
//   * Rates and `time` are converted to one time unit. Other units are not converted: where both sides give one and they
//     differ, that is an error.
//   * An initial value that depends on another module's states uses their initial values.
#pragma once

#include "model/model.hpp"

#include <string>
#include <vector>

namespace kohort::model {

struct ComposeOptions {
    std::string time_unit;  // as find_time_unit takes it; empty: that of the first module
    Place place;            // where the time unit is written, for messages
};

/// Module names are Model::name. Throws InputError for the mistakes above, two modules or two outputs of one name, and a
/// module that reads its own output.
[[nodiscard]] Model compose(std::vector<Model> modules, std::string name, const ComposeOptions& options = {});

}  // namespace kohort::model
