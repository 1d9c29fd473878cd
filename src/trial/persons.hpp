// How a person becomes a twin: attributes of the cohort set parameters, inputs and initial states of the model.
#pragma once

#include "base/units.hpp"
#include "cohort/cohort.hpp"
#include "kernels/batch.hpp"
#include "trial/study.hpp"
#include "trial/symbols.hpp"

#include <span>
#include <string>
#include <vector>

namespace kohort::trial {

/// One parameter, input or state of the model and the attribute that gives its value.
struct Binding {
    std::size_t attribute = 0;
    SymbolKind target = SymbolKind::parameter;  // parameter | input | state
    int index = 0;
    UnitConverter convert;    // attribute's unit -> model's
    bool multiplies = false;  // a factor on the model's own value
};

/// A value that is the same for every person [model unit].
struct FixedValue {
    SymbolKind target = SymbolKind::parameter;  // parameter | input
    int index = 0;
    double value = 0.0;
};

struct PersonBinding {
    std::vector<FixedValue> fixed;             // of the study, applied first
    std::vector<Binding> bindings;             // values, then factors
    std::vector<std::string> covariates_only;  // attributes that the model does not know

    /// parameter, input: [model units], filled with the model's defaults on entry.
    void personalise(const cohort::Person& person, std::span<double> parameter, std::span<double> input) const;
    /// Appends what sets the person's own initial states, at time zero.
    void set_states(const cohort::Person& person, std::vector<kernels::Action>& actions) const;
};

/// Attributes bind by exact name. Throws InputError for a parameter or factor that the model does not have, two givers of one
/// value, a unit that does not fit, a state of a twin that is brought to its steady state, a mandatory input without a value.
[[nodiscard]] PersonBinding bind_persons(const TrialStudy& study, const codegen::Program& program,
                                         const Symbols& symbols, std::span<const cohort::Attribute> attributes);

}  // namespace kohort::trial
