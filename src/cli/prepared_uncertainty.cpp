#include "cli/prepared_uncertainty.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/prepared_trial.hpp"
#include "model/check.hpp"
#include "model/read_model.hpp"
#include "trial/clock.hpp"
#include "trial/model_units.hpp"
#include "trial/symbols.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace kohort::cli {
namespace {

using namespace uncertainty;

codegen::LowerOptions lower_options(const io::UncertaintyFile& file, const model::Model& model,
                                    std::span<const cohort::Attribute> attributes) {
    codegen::LowerOptions options = trial::lower_options(file.base, model, attributes);
    const trial::Symbols symbols(model);
    for (const VariableChoice& variable : file.study.variables) {
        const trial::Symbol& symbol = symbols.require(variable.of, trial::observable_kinds, "quantity", variable.place);
        const std::string name = variable.of.find(':') == std::string::npos ? symbol.name : variable.of;
        if (std::find(options.observables.begin(), options.observables.end(), name) == options.observables.end())
            options.observables.push_back(name);
    }
    return options;
}

/// What each input is said to be, it must be in the model.
void check_kinds(const io::UncertaintyFile& file, const trial::Symbols& symbols) {
    for (std::size_t at = 0; at < file.inputs.attributes.size(); ++at) {
        const cohort::AttributeDescription& attribute = file.inputs.attributes[at];
        const trial::Symbol* state = symbols.find(attribute.name, {trial::SymbolKind::state});
        const bool is_state = state != nullptr && state->name == attribute.name;
        const bool is_initial = file.input_kinds[at] == io::InputKind::initial;
        if (is_initial && !is_state) {
            static_cast<void>(
                symbols.require(attribute.name, {trial::SymbolKind::state}, "state to start from", attribute.place));
            throw InputError(attribute.place, "the model's state is called \"" + state->name + "\"",
                             "write its full name");
        }
        if (!is_initial && is_state && file.input_kinds[at] != io::InputKind::schedule)
            throw InputError(attribute.place, "\"" + attribute.name + "\" is a state of the model",
                             "write initial: " + attribute.name);
    }
}

/// A covariate that neither the model nor a formula looks at would be varied in vain.
void check_covariates(const io::UncertaintyFile& file, const std::vector<std::string>& covariates_only) {
    for (std::size_t at = 0; at < file.inputs.attributes.size(); ++at) {
        const std::string& name = file.inputs.attributes[at].name;
        const bool sets_nothing = std::find(covariates_only.begin(), covariates_only.end(), name) != covariates_only.end();
        if (file.input_kinds[at] != io::InputKind::covariate || !sets_nothing) continue;
        const bool is_used = std::any_of(file.inputs.attributes.begin(), file.inputs.attributes.end(),
                                         [&](const auto& other) { return other.formula.find(name) != std::string::npos; });
        if (!is_used)
            throw InputError(file.inputs.attributes[at].place,
                             "\"" + name + "\" is no input of the model, and no formula uses it",
                             "name an input as the model does, or use it in a formula of another input");
    }
}

ValueGrid::Range range_in(const DeclaredRange& range, const std::string& unit) {
    const auto in_unit = [&](const Quantity& end) { return value_in(end, unit.empty() ? "1" : unit); };
    const ValueGrid::Range numbers{in_unit(range.low), in_unit(range.high)};
    if (numbers.low < numbers.high) return numbers;
    throw InputError(range.high.place, "this range ends before it begins", "give its lower end first");
}

void bind_outputs(PreparedUncertainty& study) {
    const UncertaintyStudy& asked = study.study();
    const trial::Symbols symbols(study.program);
    trial::Clock clock(study.program.model.time_unit);
    for (const Quantity& time : asked.times) {
        study.cells.times.push_back(value_in(time, asked.time_unit));
        study.model_times.push_back(clock.moment(time));
    }
    study.cells.time_unit = asked.time_unit;
    for (const VariableChoice& variable : asked.variables) {
        const trial::Symbol& symbol = symbols.require(variable.of, {trial::SymbolKind::observable}, "quantity",
                                                      variable.place);
        study.observable.push_back(symbol.index);
        study.convert.push_back(trial::model_to_study(symbol.unit, variable.unit, symbol.name, variable.place));
        study.cells.variables.push_back(variable.of);
        study.cells.variable_units.push_back(variable.unit);
        study.ranges.push_back(variable.range ? std::optional(range_in(*variable.range, variable.unit)) : std::nullopt);
    }
    for (std::size_t at = 0; at < study.bound.columns.size(); ++at) {
        const trial::Column& column = study.bound.columns[at];
        study.cells.features.push_back(column.outcome);
        study.cells.feature_units.push_back(column.unit);
        const auto& declared = asked.feature_ranges[at];
        study.ranges.push_back(declared ? std::optional(range_in(*declared, column.unit)) : std::nullopt);
    }
}

void bind_thresholds(PreparedUncertainty& study) {
    const std::vector<std::string>& names = study.cells.variables;
    for (const ThresholdChoice& choice : study.study().analysis.thresholds) {
        const auto found = std::find(names.begin(), names.end(), choice.of);
        if (found == names.end())
            throw InputError(choice.place, "\"" + choice.of + "\" is no variable of this study", suggest(choice.of, names));
        const auto variable = static_cast<std::size_t>(found - names.begin());
        const std::string& unit = study.cells.variable_units[variable];
        study.thresholds.push_back({static_cast<int>(variable), value_in(choice.above, unit),
                                    choice.of + " > " + shortest(choice.above.value) +
                                        (choice.above.unit == "1" ? "" : " " + choice.above.unit)});
    }
}

void find_report_times(PreparedUncertainty& study) {
    for (const Quantity& time : study.study().report_at) {
        const double wanted = value_in(time, study.cells.time_unit);
        const std::vector<double>& times = study.cells.times;
        const auto found = std::find_if(times.begin(), times.end(), [&](double one) {
            return std::abs(one - wanted) <= 1e-9 * std::max(1.0, std::abs(wanted));
        });
        if (found == times.end())
            throw InputError(time.place, "nothing is observed at this time", "choose one of outputs: times");
        study.report_times.push_back(static_cast<int>(found - times.begin()));
    }
}

/// Numbers that distributions without ends may give, but a schedule cannot take, are found here and not after an hour: every
/// input in turn at its ends, the others in their middle.
void check_extremes(const PreparedUncertainty& study) {
    const auto n_inputs = study.study().inputs.size();
    std::array<double, 2> ends{0x1p-53, 1 - 0x1p-53};
    if (study.study().design.kind == DesignKind::morris) ends = study.study().design.window;
    for (std::size_t input = 0; input < n_inputs; ++input) {
        const std::string& name = study.study().inputs[input];
        const auto& attribute = *std::find_if(study.file.inputs.attributes.begin(), study.file.inputs.attributes.end(),
                                              [&](const cohort::AttributeDescription& one) { return one.name == name; });
        for (const double end : ends) {
            std::vector<double> coordinates(n_inputs, 0.5);
            coordinates[input] = end;
            const cohort::Person person = study.people->person(coordinates);
            if (!person.plausible)
                throw InputError(attribute.place, "\"" + name + "\" has no value at probability " + shortest(end),
                                 "give it min and max, or the design window: [0.01, 0.99]");
            std::vector<kernels::Action> actions;
            try {
                study.run->schedule(person, 0, actions);
            } catch (const InputError& error) {
                throw InputError(attribute.place, "\"" + name + "\" can become impossible: " + error.problem(),
                                 "give its distribution min and max");
            }
        }
    }
}

/// A derivative says nothing of an input that jumps.
void check_smooth(const PreparedUncertainty& study) {
    if (study.study().design.kind != DesignKind::derivatives) return;
    for (const cohort::AttributeDescription& attribute : study.file.inputs.attributes) {
        if (!attribute.recipe) continue;
        const std::string& kind = attribute.recipe->distribution.kind;
        if (kind == "categorical" || kind == "bernoulli" || kind == "empirical")
            throw InputError(attribute.place,
                             "\"" + attribute.name + "\" jumps from value to value (dist: " + kind +
                                 "), and this design is made of derivatives",
                             "use sobol-indices or morris, or a continuous distribution");
    }
}

/// A division takes longer than all that is done with the value afterwards, and so does waiting for memory: the next row, which will
/// be read next, is asked for now.
void convert_row(const UnitConverter& convert, const engine::TiledRows& rows, std::size_t row, std::size_t first,
                 std::span<double> to) {
    const std::size_t next = row + 1 < rows.n_rows() ? row + 1 : row;
    for (std::size_t at = 0; at < to.size();) {
        const std::span<const double> from = rows.side_by_side(row, first + at, to.size() - at);
        __builtin_prefetch(&rows(next, first + at));
        if (convert.denominator == 1.0) {
            for (const double value : from) to[at++] = value * convert.numerator + convert.offset;
        } else {
            for (const double value : from) to[at++] = convert(value);
        }
    }
}

}  // namespace

PreparedUncertainty prepare_uncertainty(const std::filesystem::path& study_path) {
    io::UncertaintyFile file = io::read_uncertainty(study_path);
    auto people = std::make_shared<const DesignCohort>(cohort::make_drawn_cohort(file.inputs, file.base.seed));
    model::Model model = model::read_model(file.model_path);
    std::vector<std::string> warnings = model.remarks;
    for (std::string& warning : model::check(model)) warnings.push_back(std::move(warning));
    const codegen::LowerOptions options = lower_options(file, model, people->attributes());
    codegen::Program program = codegen::lower(std::move(model), options);
    if (file.base.model.solver.precision == Precision::mixed)
        throw InputError(
            file.base.model.place,
            "mixed precision cannot be used: an uncertainty study keeps sums only, so nothing is left to audit",
            "leave precision out, or write precision: double");
    check_kinds(file, trial::Symbols(program));
    trial::BoundStudy bound = trial::bind_study(file.base, program, people->attributes());
    check_covariates(file, bound.covariates_only);
    auto run = std::make_shared<const trial::PersonalRun>(bound.trial, file.base, program, people->attributes(),
                                                          file.personal);
    std::shared_ptr<const Design> design = make_design(file.study, file.base.seed);
    PreparedUncertainty study{.file = std::move(file),
                              .people = std::move(people),
                              .program = std::move(program),
                              .bound = std::move(bound),
                              .run = std::move(run),
                              .design = std::move(design),
                              .cells = {},
                              .observable = {},
                              .convert = {},
                              .ranges = {},
                              .thresholds = {},
                              .model_times = {},
                              .report_times = {},
                              .warnings = std::move(warnings)};
    bind_outputs(study);
    bind_thresholds(study);
    find_report_times(study);
    check_smooth(study);
    check_extremes(study);
    return study;
}

std::vector<cohort::Person> pilots_of(const PreparedUncertainty& study) {
    constexpr std::int64_t n_pilots = 8;
    return study.people->people(*study.design, 0, std::min(n_pilots, study.design->rows()));
}

engine::SimulatorOptions simulator_options(const PreparedUncertainty& study, const engine::Kernel& kernel) {
    engine::SimulatorOptions options = simulator_options(study.file.base, study.bound, pilots_of(study), kernel);
    options.observation_times = study.model_times;
    return options;
}

ReadCell cell_reader(const PreparedUncertainty& study) {
    return [&study](const engine::ArmResult& run, std::size_t first, int cell, std::span<double> values) {
        const int quantity = study.cells.quantity_of(cell);
        const int feature = quantity - study.cells.n_variables();
        if (feature < 0) {
            const auto variable = static_cast<std::size_t>(quantity);
            const auto time = static_cast<std::size_t>(cell - study.cells.at(quantity, 0));
            const std::size_t row = static_cast<std::size_t>(study.observable[variable] * study.cells.n_times()) + time;
            convert_row(study.convert[variable], run.observation, row, first, values);
            return;
        }
        const trial::Column& column = study.bound.columns[static_cast<std::size_t>(feature)];
        for (std::size_t twin = 0; twin < values.size(); ++twin)
            values[twin] = column({run.feature.data() + first + twin, static_cast<std::int64_t>(run.feature.stride(0))});
    };
}

uncertainty::RunContext run_context(const PreparedUncertainty& study, engine::Simulator& simulator) {
    return {*study.design, *study.people, study.cells, simulator, cell_reader(study)};
}

std::vector<uncertainty::QuantityRange> ranges_of(const PreparedUncertainty& study, const uncertainty::RunContext& context) {
    return uncertainty::find_ranges(study.cells, study.ranges, uncertainty::first_values(context, uncertainty::pilot_runs));
}

std::unique_ptr<uncertainty::Analysis> make_analysis(const PreparedUncertainty& study,
                                                     std::span<const uncertainty::QuantityRange> ranges) {
    return uncertainty::make_analysis(study.study(), *study.design, study.cells, ranges, study.thresholds);
}

}  // namespace kohort::cli
