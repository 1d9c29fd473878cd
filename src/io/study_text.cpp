#include "io/study_text.hpp"

#include "base/text.hpp"
#include "io/persons_file.hpp"
#include "io/study_keys.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace kohort::io {
namespace {

using nlohmann::json;
using namespace trial;
using namespace cohort;

json text_of(const Quantity& quantity) {
    const std::string number = shortest(quantity.value);
    return quantity.unit == "1" ? number : number + " " + quantity.unit;
}

json text_of(const std::map<std::string, Quantity>& quantities) {
    json section = json::object();
    for (const auto& [name, quantity] : quantities) section[name] = text_of(quantity);
    return section;
}

json text_of(const std::vector<Quantity>& quantities) {
    json list = json::array();
    for (const Quantity& quantity : quantities) list.push_back(text_of(quantity));
    return list;
}

/// Writes a key only where there is something to say.
void add(json& section, const char* key, const std::optional<Quantity>& quantity) {
    if (quantity) section[key] = text_of(*quantity);
}
void add(json& section, const char* key, const std::string& text) {
    if (!text.empty()) section[key] = text;
}
void add(json& section, const char* key, json value) {
    if (!value.empty()) section[key] = std::move(value);
}

template <class Item>
json list_of(const std::vector<Item>& items, json (*one)(const Item&)) {
    json list = json::array();
    for (const Item& item : items) list.push_back(one(item));
    return list;
}

json model_text(const ModelChoice& model) {
    json solver{
        {"method", model.solver.method}, {"rtol", shortest(model.solver.rtol)}, {"max_steps", model.solver.max_steps}};
    if (model.solver.atol) solver["atol"] = shortest(*model.solver.atol);
    add(solver, "max_step", model.solver.max_step);
    json section{{"prepare", model.prepare_steady_state ? "steady_state" : "none"}, {"solver", std::move(solver)}};
    add(section, "use", model.use);
    add(section, "file", model.file);
    add(section, "prepare_holding", text_of(model.prepare_holding));
    add(section, "parameters", text_of(model.parameters));
    add(section, "inputs", text_of(model.inputs));
    return section;
}

json dose_text(const Dose& dose) {
    json section{{"time", text_of(dose.time)},
                 {"amt", text_of(dose.amount)},
                 {"cmt", dose.compartment},
                 {"addl", dose.additional},
                 {"ss", dose.steady_state}};
    add(section, "rate", dose.rate);
    add(section, "dur", dose.duration);
    add(section, "ii", dose.interval);
    return section;
}

json input_text(const InputChange& change) {
    json section{{"input", change.input}, {"value", text_of(change.value)}};
    add(section, "time", change.time);
    add(section, "lasting", change.lasting);
    return section;
}

json arm_text(const Arm& arm) {
    json section{{"id", arm.id}, {"role", arm.control ? "control" : "experimental"}};
    if (!arm.table) add(section, "dosing", list_of(arm.dosing, dose_text));
    if (arm.adherence) {
        section["adherence"]["mean"] = text_of(arm.adherence->mean);
        add(section["adherence"], "sd", arm.adherence->sd);
    }
    add(section, "inputs", list_of(arm.inputs, input_text));
    add(section, "parameters", text_of(arm.parameters));
    return section;
}

json table_text(const DosingTable& table, const std::filesystem::path& folder) {
    json section{{"file", table.file}, {"sha256", file_sha256(folder / table.file)}, {"units", table.units}};
    add(section, "cmt", table.states.empty() ? json(table.state) : json(table.states));
    add(section, "ignore", json(table.ignored));
    return section;
}

json visit_text(const Visit& visit) { return {{"id", visit.id}, {"at", text_of(visit.at)}}; }

json challenge_text(const Challenge& challenge) {
    json section{{"id", challenge.id}, {"at", challenge.at}, {"follow", text_of(challenge.follow)}};
    add(section, "inputs", list_of(challenge.inputs, input_text));
    add(section, "dosing", list_of(challenge.dosing, dose_text));
    return section;
}

json outcome_text(const Outcome& outcome) {
    json section{{"id", outcome.id}, {"of", outcome.of}, {"op", outcome.op}, {"unit", outcome.unit}};
    if (outcome.before_dose) section["before_dose"] = true;
    add(section, "at", json(outcome.at));
    add(section, "challenge", outcome.challenge);
    add(section, "from", outcome.from);
    add(section, "to", outcome.to);
    add(section, "threshold", outcome.threshold);
    if (outcome.measurement_error) {
        add(section["measurement_error"], "sd", outcome.measurement_error->sd);
        add(section["measurement_error"], "cv", outcome.measurement_error->cv);
    }
    return section;
}

json endpoint_text(const Endpoint& endpoint) {
    json section{{"id", endpoint.id},
                 {"of", endpoint.of},
                 {"type", endpoint.type},
                 {"value", endpoint.value},
                 {"transform", endpoint.transform}};
    add(section, "visit", endpoint.visit);
    add(section, "at_most", endpoint.at_most);
    add(section, "at_least", endpoint.at_least);
    return section;
}

json criteria_text(const std::vector<Criterion>& criteria) {
    json section = json::object();
    for (const Criterion& criterion : criteria) {
        add(section[criterion.name], "min", criterion.min);
        add(section[criterion.name], "max", criterion.max);
    }
    return section;
}

json dropout_text(const Dropout& dropout) {
    json section = json::object();
    add(section, "rate", dropout.rate);
    add(section, "share", dropout.share);
    add(section, "by", dropout.by);
    return section;
}

json randomisation_text(const Randomisation& randomisation) {
    json section{{"n", randomisation.n}, {"ratio", randomisation.ratio}, {"method", randomisation.method}};
    add(section, "blocks", json(randomisation.blocks));
    add(section, "strata", json(randomisation.strata));
    return section;
}

json analysis_text(const Analysis& analysis) {
    json section{{"id", analysis.id},
                 {"endpoint", analysis.endpoint},
                 {"method", analysis.method},
                 {"reference", analysis.reference},
                 {"alpha", shortest(analysis.alpha)},
                 {"variance", analysis.variance},
                 {"test", analysis.test},
                 {"interval", analysis.interval}};
    add(section, "covariates", json(analysis.covariates));
    return section;
}

json characteristics_text(const OperatingCharacteristics& characteristics) {
    return {{"trials", characteristics.trials}, {"mode", characteristics.mode}, {"report", characteristics.report}};
}

// Levels, attributes and correlations are drawn in their order, which is therefore part of the study. JSON objects
// have no order that every reader keeps, so their position is written where it matters: nlohmann's ordered_json.
using ordered = nlohmann::ordered_json;

/// Where files of the cohort are, and where the names that are written start.
struct Folders {
    std::filesystem::path cohort;
    std::filesystem::path study;
};

void add_file(ordered& section, const std::filesystem::path& file, const Folders& folders) {
    section["file"] = file.lexically_proximate(folders.study).generic_string();
    section["sha256"] = file_sha256(file);
}

ordered distribution_text(const Distribution& distribution, const Folders& folders) {
    ordered section = ordered::object();
    if (distribution.kind != "constant" && !distribution.kind.empty()) section["dist"] = distribution.kind;
    for (const auto& [key, number] : distribution.numbers) section[key] = text_of(number);
    for (const Level& level : distribution.levels) section["levels"][level.name] = text_of(level.probability);
    if (!distribution.edges.empty()) section["edges"] = text_of(distribution.edges);
    if (!distribution.shares.empty()) section["p"] = text_of(distribution.shares);
    if (!distribution.file.empty()) add_file(section, folders.cohort / distribution.file, folders);
    if (!distribution.column.empty()) section["column"] = distribution.column;
    return section;
}

ordered recipe_text(const Recipe& recipe, const Folders& folders) {
    if (recipe.by.empty()) return distribution_text(recipe.distribution, folders);
    ordered levels = ordered::object();
    for (const Stratum& stratum : recipe.strata) levels[stratum.level] = recipe_text(stratum.recipe, folders);
    return {{"by", {{recipe.by, levels}}}};
}

ordered attribute_text(const AttributeDescription& attribute, const Folders& folders) {
    ordered section = ordered::object();
    if (attribute.recipe) section = recipe_text(*attribute.recipe, folders);
    if (!attribute.formula.empty()) section["formula"] = attribute.formula;
    if (attribute.bands) {
        section["bands_of"] = attribute.bands->of;
        section["edges"] = text_of(attribute.bands->edges);
        section["levels"] = attribute.bands->levels;
    }
    if (!attribute.unit.empty()) section["unit"] = attribute.unit;
    return section;
}

const char* section_of(Role role) {
    switch (role) {
        case Role::covariate: return "covariates";
        case Role::parameter: return "parameters";
        case Role::factor: return "variability";
    }
    return "covariates";
}

ordered cohort_text(const CohortChoice& choice, const CohortDescription& cohort, const Folders& folders) {
    ordered section = ordered::object();
    if (!cohort.name.empty()) section["name"] = cohort.name;
    if (choice.persons > 0) section["persons"] = choice.persons;
    if (choice.enrol > 0) section["enrol"] = choice.enrol;
    if (cohort.from) {
        section["from"]["resample"] = cohort.from->resample;
        add_file(section["from"], cohort.from->table->file, folders);
    }
    for (const AttributeDescription& attribute : cohort.attributes) {
        section[section_of(attribute.role)][attribute.name] = attribute_text(attribute, folders);
    }
    for (const Correlation& pair : cohort.correlations)
        section["correlation"][pair.first + "~" + pair.second] = text_of(pair.rho);
    for (const Limit& limit : cohort.limits) {
        if (limit.min) section["limits"][limit.name]["min"] = text_of(*limit.min);
        if (limit.max) section["limits"][limit.name]["max"] = text_of(*limit.max);
    }
    section["attempts"] = cohort.attempts;
    return section;
}

}  // namespace

std::string canonical_text(const TrialStudy& study, const CohortDescription& cohort, const std::filesystem::path& folder) {
    json sorted{{"schema", std::string(study_keys::schema_name)},
                {"name", study.name},
                {"seed", study.seed},
                {"model", model_text(study.model)},
                {"arms", list_of(study.arms, arm_text)},
                {"duration", text_of(study.duration)}};
    add(sorted, "title", study.title);
    add(sorted["eligibility"], "include", criteria_text(study.eligibility.include));
    add(sorted["eligibility"], "exclude", criteria_text(study.eligibility.exclude));
    if (sorted["eligibility"].empty()) sorted.erase("eligibility");
    add(sorted, "visits", list_of(study.visits, visit_text));
    add(sorted, "challenges", list_of(study.challenges, challenge_text));
    add(sorted, "outcomes", list_of(study.outcomes, outcome_text));
    add(sorted, "endpoints", list_of(study.endpoints, endpoint_text));
    for (std::size_t arm = 0; arm < study.arms.size(); ++arm) {
        if (study.arms[arm].table) sorted["arms"][arm]["dosing"] = table_text(*study.arms[arm].table, folder);
    }
    if (study.dropout) sorted["dropout"] = dropout_text(*study.dropout);
    if (study.randomisation) sorted["randomisation"] = randomisation_text(*study.randomisation);
    add(sorted, "analyses", list_of(study.analyses, analysis_text));
    if (study.operating_characteristics)
        sorted["operating_characteristics"] = characteristics_text(*study.operating_characteristics);

    ordered text(sorted);
    text["cohort"] = cohort_text(study.cohort, cohort, {cohort.folder, folder});
    return text.dump(1) + "\n";
}

}  // namespace kohort::io
