// Runs one twin of a model, for a first look: a table and a picture, without a study and without a compiler.
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/figure.hpp"
#include "codegen/missing_values.hpp"
#include "engine/one_twin.hpp"
#include "io/paths.hpp"
#include "model/check.hpp"
#include "model/read_model.hpp"
#include "model/symbols.hpp"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

namespace kohort::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_panels = 12;
constexpr double most_times = 1e6;

struct SimulateOptions {
    fs::path model;
    std::string to = "100";
    std::string every;
    std::vector<std::string> settings;  // name=value
    std::vector<std::string> observed;
    double rtol = 1e-8;
    fs::path table;    // empty: standard output
    fs::path picture;  // empty: none
};

/// "100" in the model's time, or "2 h".
double time_in(const std::string& text, const model::Model& model, const Place& place) {
    const Quantity quantity = parse_quantity(text, place);
    const double time = quantity.unit == "1" ? quantity.value
                                             : convert(quantity.value, quantity.unit, model.time_unit, place);
    if (!(time > 0.0)) throw InputError(place, "'" + text + "' is not a time after the start", "give a time above 0");
    return time;
}

/// What the command line names, else all outputs and features, else all states.
std::vector<std::string> observables(const SimulateOptions& options, const model::Model& model) {
    if (!options.observed.empty()) return options.observed;
    std::vector<std::string> names;
    for (const auto& observable : model.observables) {
        if (observable.kind != model::Observable::Kind::variable) names.push_back(observable.name);
    }
    if (!names.empty()) return names;
    for (const auto& state : model.states) names.push_back(state.name);
    return names;
}

std::string unit_of(const model::Model& model, const std::string& name) {
    return model::note_of(model, model::find_symbol(model, name)).unit;
}

std::string with_unit(const std::string& name, const std::string& unit) {
    return unit.empty() || unit == "1" ? name : name + " [" + unit + "]";
}

/// name=value, in the model's unit, or with a unit: "CL=5 L/h".
void set(const std::string& setting, engine::OneTwin& twin, const model::Model& model) {
    const Place place{"--set " + setting, 0, 0};
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos) throw InputError(place, "this sets nothing", "write --set name=value");
    const std::string name(trim(std::string_view(setting).substr(0, equals)));
    const Quantity quantity = parse_quantity(setting.substr(equals + 1), place);
    const model::Symbol symbol = model::find_symbol(model, name, place);
    const std::string unit = model::note_of(model, symbol).unit;
    const double value = quantity.unit == "1" || quantity.unit == unit
                             ? quantity.value
                             : convert(quantity.value, quantity.unit, unit, place);
    if (symbol.kind == model::Symbol::Kind::parameter)
        twin.parameters[symbol.index] = value;
    else if (symbol.kind == model::Symbol::Kind::input)
        twin.inputs[symbol.index] = value;
    else
        throw InputError(place, "`" + name + "` is a " + std::string(model::name_of(symbol.kind)) + " and cannot be set",
                         "parameters and inputs can be set");
}

void refuse_missing_values(const engine::OneTwin& twin, const codegen::Program& program) {
    const model::Model& model = program.model;
    for (const std::uint32_t parameter : codegen::missing_values(program)) {
        if (!std::isnan(twin.parameters[parameter])) continue;
        const model::Parameter& described = model.parameters[parameter];
        throw InputError(described.place, "`" + described.name + "` has no value",
                         "give it one: --set '" + described.name + "=...'");
    }
    for (std::size_t input = 0; input < model.inputs.size(); ++input) {
        if (!std::isnan(twin.inputs[input])) continue;
        throw InputError(model.inputs[input].place, "input `" + model.inputs[input].name + "` has no default",
                         "give it a value: --set " + model.inputs[input].name + "=...");
    }
}

std::vector<double> times_of(const SimulateOptions& options, const model::Model& model) {
    const double to = time_in(options.to, model, {"--to", 0, 0});
    const double every = options.every.empty() ? to / 100.0 : time_in(options.every, model, {"--every", 0, 0});
    if (to / every > most_times)
        throw InputError({"--every", 0, 0}, "this gives more than a million rows", "choose a longer step");
    std::vector<double> times;
    const double steps = std::floor(to / every * (1.0 + 1e-12));
    for (double step = 0.0; step <= steps; step += 1.0) times.push_back(step * every);
    if (times.back() < to * (1.0 - 1e-12)) times.push_back(to);
    return times;
}

void write_table(std::ostream& out, const codegen::Program& program, const std::vector<double>& times,
                 const engine::OneTwinRun& run) {
    out << "time [" << program.model.time_unit << ']';
    for (const std::string& name : program.observable_names)
        out << ',' << with_unit(name, unit_of(program.model, name));
    out << '\n';
    for (std::size_t time = 0; time < times.size(); ++time) {
        out << shortest(times[time]);
        for (std::size_t observable = 0; observable < program.observables.size(); ++observable)
            out << ',' << shortest(run.observation[observable * times.size() + time]);
        out << '\n';
    }
}

Figure figure_of(const codegen::Program& program, const std::vector<double>& times, const engine::OneTwinRun& run) {
    Figure figure{.title = program.model.name, .panels = {}};
    for (std::size_t observable = 0; observable < std::min(program.observables.size(), most_panels); ++observable) {
        const std::string& name = program.observable_names[observable];
        const auto begin = run.observation.begin() + static_cast<std::ptrdiff_t>(observable * times.size());
        Series series{.label = name, .x = times, .y = {begin, begin + static_cast<std::ptrdiff_t>(times.size())}};
        figure.panels.push_back({.title = name,
                                 .x_label = "time [" + program.model.time_unit + "]",
                                 .y_label = with_unit(name, unit_of(program.model, name)),
                                 .kind = Panel::Kind::line,
                                 .series = {std::move(series)}});
    }
    return figure;
}

Exit simulate(Session& session, const SimulateOptions& options) {
    if (!session.is_first()) return Exit::ok;
    model::Model model = model::read_model(fs::exists(options.model) ? options.model
                                                                     : io::find_model(options.model.string()));
    for (const std::string& remark : model.remarks) std::fprintf(stderr, "note: %s\n", remark.c_str());
    (void)model::check(model);
    const std::vector<std::string> names = observables(options, model);
    const codegen::Program program = codegen::lower(std::move(model), {.observables = names});
    engine::OneTwin twin(program);
    for (const std::string& setting : options.settings) set(setting, twin, program.model);
    refuse_missing_values(twin, program);

    const engine::OneTwinOptions how{.times = times_of(options, program.model), .rtol = options.rtol};
    const engine::OneTwinRun run = twin.run(how, twin.fitted_tolerances(how));
    std::fprintf(stderr, "%s: one twin from 0 to %s %s by the interpreter (Rodas5P, rtol %s): %lld steps\n",
                 program.model.name.c_str(), shortest(how.times.back()).c_str(), program.model.time_unit.c_str(),
                 shortest(how.rtol).c_str(), static_cast<long long>(run.steps));
    if (run.status != TwinStatus::ok)
        std::fprintf(stderr, "the twin failed at %s: %s\n", shortest(run.final_time).c_str(), words_of(run.status));
    if (options.table.empty()) {
        write_table(std::cout, program, how.times, run);
    } else {
        std::ofstream out(options.table);
        write_table(out, program, how.times, run);
        if (!out.flush()) throw InputError({options.table.string()}, "cannot be written", "choose another file");
    }
    if (!options.picture.empty()) {
        draw(figure_of(program, how.times, run), options.picture);
        if (names.size() > most_panels)
            std::fprintf(stderr, "the picture shows the first %zu of %zu: choose with --observe\n", most_panels,
                         names.size());
    }
    return run.status == TwinStatus::ok ? Exit::ok : Exit::twins_failed;
}

}  // namespace

void add_simulate(CLI::App& app, Job& job) {
    auto options = std::make_shared<SimulateOptions>();
    CLI::App* command = app.add_subcommand("simulate",
                                           "Run one twin of a model, for a first look: a table and a picture");
    command->add_option("FILE", options->model, "A model text, a folder with modules.txt, or a shipped model's name")->required();
    command->add_option("--to", options->to, "End, in the model's time or with a unit")->capture_default_str();
    command->add_option("--every", options->every, "Time between two rows; a hundredth of the whole if not given");
    command->add_option("--set", options->settings, "A parameter or input: name=value, or name='value unit'");
    command->add_option("--observe", options->observed, "What to show; all outputs and features if not given")->delimiter(',');
    command->add_option("--rtol", options->rtol, "Relative tolerance")->capture_default_str();
    command->add_option("-o,--output", options->table, "CSV file; standard output if not given");
    command->add_option("--plot", options->picture, "Picture: a file that ends in png, svg or pdf");
    command->callback([&job, options] { job = [options](Session& session) { return simulate(session, *options); }; });
}

}  // namespace kohort::cli
