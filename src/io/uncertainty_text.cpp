#include "io/uncertainty_text.hpp"

#include "base/text.hpp"
#include "io/section_text.hpp"
#include "io/study_keys.hpp"

namespace kohort::io {
namespace {

using namespace uncertainty;
using ordered = ordered_json;

ordered range_text(const DeclaredRange& range) {
    return ordered(text_of(std::vector<Quantity>{range.low, range.high}));
}

ordered schedule_text(const trial::Arm& arm, const std::map<std::string, ScheduleEntry>& schedule) {
    ordered section = ordered::object();
    for (const auto& [name, entry] : schedule)
        section[name] = entry.is_dose ? dose_text(arm.dosing[entry.index]) : input_text(arm.inputs[entry.index]);
    return section;
}

ordered inputs_text(const UncertaintyFile& file, const Folders& folders) {
    ordered list = ordered::array();
    std::size_t drawn = 0;
    for (std::size_t at = 0; at < file.inputs.attributes.size(); ++at) {
        const cohort::AttributeDescription& attribute = file.inputs.attributes[at];
        ordered input;
        input[std::string(study_keys::input_kinds[static_cast<std::size_t>(file.input_kinds[at])])] = attribute.name;
        input.update(attribute_text(attribute, folders));
        if (attribute.recipe) {
            input["group"] = file.study.groups[static_cast<std::size_t>(file.study.group_of[drawn])];
            ++drawn;
        }
        list.push_back(std::move(input));
    }
    return list;
}

ordered outputs_text(const UncertaintyFile& file) {
    ordered section = ordered::object();
    if (!file.study.times.empty()) section["times"] = text_of(file.study.times);
    for (const VariableChoice& variable : file.study.variables) {
        section["variables"][variable.of]["unit"] = variable.unit;
        if (variable.range) section["variables"][variable.of]["range"] = range_text(*variable.range);
    }
    for (std::size_t at = 0; at < file.base.outcomes.size(); ++at) {
        const trial::Outcome& outcome = file.base.outcomes[at];
        plain_json feature{{"id", outcome.id}, {"of", outcome.of}, {"op", outcome.op}, {"unit", outcome.unit}};
        add(feature, "from", outcome.from);
        add(feature, "to", outcome.to);
        add(feature, "threshold", outcome.threshold);
        if (file.study.feature_ranges[at]) feature["range"] = range_text(*file.study.feature_ranges[at]);
        section["features"].push_back(ordered(feature));
    }
    if (!file.study.report_at.empty()) section["report_at"] = text_of(file.study.report_at);
    return section;
}

const char* word_of(DesignKind kind) {
    switch (kind) {
        case DesignKind::sample: return "sample";
        case DesignKind::sobol_indices: return "sobol-indices";
        case DesignKind::morris: return "morris";
        case DesignKind::shapley: return "shapley";
        case DesignKind::variance_split: return "variance-split";
        case DesignKind::derivatives: return "derivatives";
        case DesignKind::fast: return "fast";
        case DesignKind::rbd_fast: return "rbd-fast";
        case DesignKind::polynomial_chaos: return "polynomial-chaos";
    }
    return "";
}

const char* word_of(PointKind kind) {
    switch (kind) {
        case PointKind::monte_carlo: return "monte-carlo";
        case PointKind::latin_hypercube: return "latin-hypercube";
        case PointKind::scrambled_sobol: return "sobol";
    }
    return "";
}

const char* word_of(Estimator estimator) {
    switch (estimator) {
        case Estimator::martinez: return "martinez";
        case Estimator::janon: return "janon";
        case Estimator::jansen: return "jansen";
        case Estimator::saltelli: return "saltelli";
    }
    return "";
}

ordered numbers_text(std::span<const double> numbers) {
    ordered list = ordered::array();
    for (const double number : numbers) list.push_back(shortest(number));
    return list;
}

ordered design_text(const DesignChoice& design) {
    ordered section{{"kind", word_of(design.kind)}, {"n", design.n}};
    if (design.kind == DesignKind::morris) {
        section["levels"] = design.levels;
        section["window"] = numbers_text(design.window);
        return section;
    }
    section["points"] = word_of(design.points);
    section["replicates"] = design.replicates;
    if (design.kind == DesignKind::sobol_indices) section["second_order"] = design.second_order;
    if (design.kind == DesignKind::polynomial_chaos) {
        section["degree"] = design.degree;
        section["hyperbolic"] = shortest(design.hyperbolic);
    }
    if (design.extendable) section["extendable"] = true;
    return section;
}

ordered analysis_text(const AnalysisChoice& analysis) {
    ordered section{{"first", word_of(analysis.first)},
                    {"total", word_of(analysis.total)},
                    {"level", shortest(analysis.level)},
                    {"quantiles", numbers_text(analysis.probabilities)},
                    {"relative_error", shortest(analysis.relative_error)}};
    for (const ThresholdChoice& threshold : analysis.thresholds)
        section["exceedance"].push_back({{"of", threshold.of}, {"above", text_of(threshold.above)}});
    if (analysis.stop) {
        section["stop"] = {{"when", "ci_halfwidth"},
                           {"of", analysis.stop->of_total ? "total" : "first"},
                           {"below", shortest(analysis.stop->below)},
                           {"check_every", analysis.stop->check_every}};
    }
    return section;
}

}  // namespace

std::string canonical_text(const UncertaintyFile& file, const std::map<std::string, ScheduleEntry>& schedule,
                           const std::filesystem::path& folder) {
    const Folders folders{file.inputs.folder, folder};
    ordered text{{"schema", std::string(uncertainty_schema_name)}, {"name", file.base.name}};
    if (!file.base.title.empty()) text["title"] = file.base.title;
    text["seed"] = file.base.seed;
    text["model"] = model_text(file.base.model);
    if (!schedule.empty()) text["schedule"] = schedule_text(file.base.arms.front(), schedule);
    text["duration"] = text_of(file.base.duration);
    text["inputs"] = inputs_text(file, folders);
    for (const cohort::Correlation& pair : file.inputs.correlations)
        text["correlation"][pair.first + "~" + pair.second] = text_of(pair.rho);
    text["outputs"] = outputs_text(file);
    text["design"] = design_text(file.study.design);
    text["analysis"] = analysis_text(file.study.analysis);
    return text.dump(1) + "\n";
}

}  // namespace kohort::io
