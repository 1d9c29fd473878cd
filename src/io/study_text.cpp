#include "io/study_text.hpp"

#include "base/text.hpp"
#include "io/persons_file.hpp"
#include "io/section_text.hpp"
#include "io/study_keys.hpp"

namespace kohort::io {
namespace {

using json = plain_json;
using ordered = ordered_json;
using namespace trial;
using namespace cohort;

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
