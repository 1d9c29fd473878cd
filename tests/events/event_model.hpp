// Small SBML models with events, written as formulas, and what becomes of a few twins of them.
#pragma once

#include "kernels/batch.hpp"
#include "model/model.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace kohort::events {

struct EventText {
    std::string trigger;                                      // formulas as in libSBML's infix, `time` is time
    std::vector<std::pair<std::string, std::string>> assign;  // target, formula
    std::string delay = {};
    std::string priority = {};
    bool initial_value = true;
    bool persistent = true;
    bool values_at_trigger = true;
};

struct ModelText {
    std::map<std::string, double> start = {};      // a parameter each
    std::map<std::string, std::string> rate = {};  // d/dt of some of them
    std::map<std::string, std::string> is = {};    // assignment rules of others
    std::vector<std::string> zero = {};            // algebraic rules
    std::vector<EventText> events = {};
    std::string more = {};  // elements that stand before the parameters: compartments and species
};

/// Reads the model as SBML Level 3 Version 2. Every twin has the constant `shift` of its own.
[[nodiscard]] model::Model read(const ModelText& text);

struct Setting {
    std::vector<double> times = {};             // [model time] ascending; the last one is the end
    std::vector<double> shifts = {0.0};         // one twin each
    std::vector<std::uint64_t> lot_keys = {};   // one for each twin, or none
    std::vector<kernels::Action> actions = {};  // in every twin
    kernels::Method method = kernels::Method::rodas5p;
};

struct Outcome {
    std::map<std::string, std::vector<std::vector<double>>> of;  // by name: (twin, time)
    std::vector<TwinStatus> status;                              // (n_twins)
    friend bool operator==(const Outcome&, const Outcome&);      // by bits: NaN equals NaN
};

/// Walked on W lanes: W is 1, 4 or 8.
[[nodiscard]] Outcome walk(const model::Model& model, const Setting& setting, int lanes);
/// Compiled to a plug-in.
[[nodiscard]] Outcome compile_and_run(const model::Model& model, const Setting& setting);
/// Walked on 1, 4 and 8 lanes, which must not differ in a bit.
[[nodiscard]] Outcome outcome(const ModelText& text, const Setting& setting);

}  // namespace kohort::events
