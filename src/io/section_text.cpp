#include "io/section_text.hpp"

#include "base/text.hpp"
#include "io/persons_file.hpp"

namespace kohort::io {

using json = plain_json;
using ordered = ordered_json;
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

json model_text(const ModelChoice& model) {
    json solver{
        {"method", model.solver.method}, {"rtol", shortest(model.solver.rtol)}, {"max_steps", model.solver.max_steps}};
    if (model.solver.atol) solver["atol"] = shortest(*model.solver.atol);
    add(solver, "step", model.solver.step);
    add(solver, "max_step", model.solver.max_step);
    if (model.solver.precision == Precision::mixed) {
        solver["precision"] = "mixed";
        solver["audit"] = model.solver.audit;
    }
    if (!model.solver.follow_moieties) solver["moieties"] = "keep";
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

void add_file(ordered& section, const std::filesystem::path& file, const Folders& folders) {
    section["file"] = file.lexically_proximate(folders.study).generic_string();
    section["sha256"] = file_sha256(file);
}

namespace {

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

}  // namespace

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

}  // namespace kohort::io
