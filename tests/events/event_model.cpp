#include "event_model.hpp"

#include "codegen/interpreter.hpp"
#include "codegen/plugin.hpp"
#include "codegen/plugin_cache.hpp"
#include "kernels/integrate_lanes.hpp"
#include "model/sbml.hpp"
#include "model/symbols.hpp"

#include <gtest/gtest.h>
#include <sbml/SBMLTypes.h>

#include <bit>
#include <cstdlib>
#include <functional>
#include <memory>

namespace kohort::events {

namespace {

std::string math(const std::string& formula) {
    const std::unique_ptr<::ASTNode> node(::SBML_parseL3Formula(formula.c_str()));
    if (node == nullptr) throw std::invalid_argument(formula);
    const std::unique_ptr<char, decltype(&std::free)> text(::writeMathMLToString(node.get()), &std::free);
    const std::string whole(text.get());
    return whole.substr(whole.find("<math"));
}

std::string flag(const std::string& name, bool value) { return " " + name + "='" + (value ? "true" : "false") + "'"; }

std::string event(const EventText& event) {
    std::string text = "<event" + flag("useValuesFromTriggerTime", event.values_at_trigger) + "><trigger" +
                       flag("initialValue", event.initial_value) + flag("persistent", event.persistent) + ">" +
                       math(event.trigger) + "</trigger>";
    if (!event.priority.empty()) text += "<priority>" + math(event.priority) + "</priority>";
    if (!event.delay.empty()) text += "<delay>" + math(event.delay) + "</delay>";
    text += "<listOfEventAssignments>";
    for (const auto& [target, formula] : event.assign)
        text += "<eventAssignment variable='" + target + "'>" + math(formula) + "</eventAssignment>";
    return text + "</listOfEventAssignments></event>";
}

using Integrate = std::function<void(const kernels::Batch&, const kernels::IntegrateOptions&, kernels::WorkQueue&)>;

codegen::Program lowered(const model::Model& model) {
    codegen::LowerOptions options;
    for (const model::Observable& observable : model.observables) options.observables.push_back(observable.name);
    return codegen::lower(model, options);
}

Outcome run(const codegen::Program& program, const Setting& setting, const Integrate& integrate) {
    const std::size_t n = setting.shifts.size();
    std::vector<double> parameters;
    for (const model::Parameter& parameter : program.model.parameters) {
        for (const double shift : setting.shifts)
            parameters.push_back(parameter.name == "shift" ? shift : parameter.value);
    }
    std::vector<std::int64_t> action_begin{0};
    std::vector<kernels::Action> actions;
    for (std::size_t twin = 0; twin < n; ++twin) {
        actions.insert(actions.end(), setting.actions.begin(), setting.actions.end());
        action_begin.push_back(static_cast<std::int64_t>(actions.size()));
    }
    std::vector<double> observed(program.observables.size() * setting.times.size() * n, -7.25e77);
    Outcome result;
    result.status.assign(n, TwinStatus::not_run);
    const kernels::Batch batch{.n_twins = static_cast<std::int64_t>(n),
                               .t_begin = 0.0,
                               .t_end = setting.times.back(),
                               .parameter = parameters.data(),
                               .action_begin = action_begin.data(),
                               .action = actions.data(),
                               .lot_key = setting.lot_keys.empty() ? nullptr : setting.lot_keys.data(),
                               .n_times = static_cast<std::int32_t>(setting.times.size()),
                               .time = setting.times.data(),
                               .observation = observed.data(),
                               .status = result.status.data()};
    kernels::WorkQueue queue;
    integrate(batch, {.method = setting.method, .rtol = 1e-10, .atol = 1e-12}, queue);
    for (std::size_t row = 0; row < program.observables.size(); ++row) {
        auto& values = result.of[program.observable_names[row]];
        values.assign(n, std::vector<double>(setting.times.size()));
        for (std::size_t time = 0; time < setting.times.size(); ++time) {
            for (std::size_t twin = 0; twin < n; ++twin)
                values[twin][time] = observed[(row * setting.times.size() + time) * n + twin];
        }
    }
    return result;
}

template <int W>
void walk_lanes(const codegen::Program& program, const kernels::Batch& batch, const kernels::IntegrateOptions& options,
                kernels::WorkQueue& queue) {
    kernels::integrate_lanes<codegen::InterpretedModel, W>(codegen::InterpretedModel(program), batch, options, queue);
}

}  // namespace

bool operator==(const Outcome& a, const Outcome& b) {
    if (a.status != b.status || a.of.size() != b.of.size()) return false;
    for (const auto& [name, twins] : a.of) {
        const auto& others = b.of.at(name);
        for (std::size_t twin = 0; twin < twins.size(); ++twin) {
            for (std::size_t time = 0; time < twins[twin].size(); ++time) {
                if (std::bit_cast<std::uint64_t>(twins[twin][time]) != std::bit_cast<std::uint64_t>(others[twin][time]))
                    return false;
            }
        }
    }
    return true;
}

model::Model read(const ModelText& text) {
    std::string sbml =
        "<?xml version='1.0' encoding='UTF-8'?>"
        "<sbml xmlns='http://www.sbml.org/sbml/level3/version2/core' level='3' version='2'>"
        "<model id='m' timeUnits='second'>" +
        text.more + "<listOfParameters><parameter id='shift' value='0' constant='true'/>";
    for (const auto& [name, value] : text.start)
        sbml += "<parameter id='" + name + "' value='" + std::to_string(value) + "' constant='false'/>";
    sbml += "</listOfParameters>";
    if (!text.rate.empty() || !text.is.empty() || !text.zero.empty()) {
        sbml += "<listOfRules>";
        for (const auto& [name, formula] : text.is)
            sbml += "<assignmentRule variable='" + name + "'>" + math(formula) + "</assignmentRule>";
        for (const std::string& formula : text.zero) sbml += "<algebraicRule>" + math(formula) + "</algebraicRule>";
        for (const auto& [name, formula] : text.rate)
            sbml += "<rateRule variable='" + name + "'>" + math(formula) + "</rateRule>";
        sbml += "</listOfRules>";
    }
    if (!text.events.empty()) {
        sbml += "<listOfEvents>";
        for (const EventText& each : text.events) sbml += event(each);
        sbml += "</listOfEvents>";
    }
    return model::read_sbml(sbml + "</model></sbml>", "events.xml");
}

Outcome walk(const model::Model& model, const Setting& setting, int lanes) {
    const codegen::Program program = lowered(model);
    return run(program, setting, [&](const auto& batch, const auto& options, auto& queue) {
        if (lanes == 1) walk_lanes<1>(program, batch, options, queue);
        if (lanes == 4) walk_lanes<4>(program, batch, options, queue);
        if (lanes == 8) walk_lanes<8>(program, batch, options, queue);
    });
}

Outcome compile_and_run(const model::Model& model, const Setting& setting) {
    const codegen::Program program = lowered(model);
    const codegen::Plugin plugin(codegen::compile(program, codegen::default_compile_options()).file);
    using Entry = const kernels::PluginApi* (*)();
    const kernels::PluginApi* const api = reinterpret_cast<Entry>(plugin.symbol("kohort_plugin"))();
    return run(program, setting,
               [&](const auto& batch, const auto& options, auto& queue) { api->integrate(batch, options, queue); });
}

Outcome outcome(const ModelText& text, const Setting& setting) {
    const model::Model model = read(text);
    const Outcome one = walk(model, setting, 1);
    EXPECT_TRUE(walk(model, setting, 4) == one);
    EXPECT_TRUE(walk(model, setting, 8) == one);
    return one;
}

}  // namespace kohort::events
