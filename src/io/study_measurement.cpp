// What is asked of the twins: eligibility, outcomes, endpoints, randomisation, analyses, operating characteristics.
#include "io/study_keys.hpp"
#include "io/study_sections.hpp"

namespace kohort::io {
namespace {

std::vector<trial::Criterion> read_criteria(const std::optional<Value>& value) {
    std::vector<trial::Criterion> criteria;
    if (!value) return criteria;
    for (const NamedValue& named : named_values(*value)) {
        const Mapping map(named.value, study_keys::limits);
        trial::Criterion criterion;
        criterion.name = named.name;
        criterion.place = named.place;
        if (const auto min = map.optional("min")) criterion.min = min->quantity_or_number();
        if (const auto max = map.optional("max")) criterion.max = max->quantity_or_number();
        if (!criterion.min && !criterion.max) map.refuse("neither min nor max is given", "give at least one");
        criteria.push_back(std::move(criterion));
    }
    return criteria;
}

trial::MeasurementError read_measurement_error(const Value& value) {
    const Mapping map(value, study_keys::measurement_error);
    trial::MeasurementError error;
    error.place = map.place();
    if (const auto sd = map.optional("sd")) error.sd = sd->quantity_or_number();
    if (const auto cv = map.optional("cv")) error.cv = cv->quantity_or_number();
    if (!error.sd && !error.cv) map.refuse("neither sd nor cv is given", "such as {sd: 0.3 kg} or {cv: 5 %}");
    return error;
}

trial::Outcome read_outcome(const Value& value) {
    const Mapping map(value, study_keys::outcome);
    trial::Outcome outcome;
    outcome.place = map.place();
    outcome.id = map.required("id").id();
    outcome.of = map.required("of").symbol();
    outcome.op = map.required("op").one_of({"value_at", "minimum", "maximum", "time_of_minimum", "time_of_maximum",
                                            "time_above", "time_below", "first_above", "first_below", "integral"});
    outcome.unit = map.required("unit").text();
    if (const auto at = map.optional("at")) outcome.at = at->symbols();
    if (const auto before = map.optional("before_dose")) outcome.before_dose = before->boolean();
    if (const auto challenge = map.optional("challenge")) outcome.challenge = challenge->symbol();
    if (const auto from = map.optional("from")) outcome.from = from->time();
    if (const auto to = map.optional("to")) outcome.to = to->time();
    if (const auto threshold = map.optional("threshold")) outcome.threshold = threshold->quantity_or_number();
    if (const auto error = map.optional("measurement_error"))
        outcome.measurement_error = read_measurement_error(*error);
    return outcome;
}

trial::Endpoint read_endpoint(const Value& value) {
    const Mapping map(value, study_keys::endpoint);
    trial::Endpoint endpoint;
    endpoint.place = map.place();
    endpoint.id = map.required("id").id();
    endpoint.of = map.required("of").symbol();
    endpoint.type = map.required("type").one_of({"continuous", "binary"});
    if (const auto what = map.optional("value")) endpoint.value = what->one_of({"value", "change", "percent_change"});
    if (const auto visit = map.optional("visit")) endpoint.visit = visit->symbol();
    if (const auto transform = map.optional("transform")) endpoint.transform = transform->one_of({"none", "ln"});
    if (const auto limit = map.optional("at_most")) endpoint.at_most = limit->quantity_or_number();
    if (const auto limit = map.optional("at_least")) endpoint.at_least = limit->quantity_or_number();
    return endpoint;
}

trial::Analysis read_analysis(const Value& value) {
    const Mapping map(value, study_keys::analysis);
    trial::Analysis analysis;
    analysis.place = map.place();
    analysis.id = map.required("id").id();
    analysis.endpoint = map.required("endpoint").symbol();
    analysis.method = map.required("method").one_of({"t_test", "ancova", "difference_of_proportions"});
    if (const auto covariates = map.optional("covariates")) analysis.covariates = covariates->symbols();
    analysis.reference = map.required("reference").symbol();
    if (const auto alpha = map.optional("alpha")) {
        analysis.alpha = alpha->number();
        if (!(analysis.alpha > 0.0 && analysis.alpha < 1.0))
            alpha->refuse(alpha->text() + " is not between 0 and 1", "0.05 is usual");
    }
    if (const auto variance = map.optional("variance")) analysis.variance = variance->one_of({"pooled", "welch"});
    if (const auto test = map.optional("test")) analysis.test = test->one_of({"z", "fisher"});
    if (const auto interval = map.optional("interval")) analysis.interval = interval->one_of({"newcombe", "wald"});
    return analysis;
}

std::vector<int> read_blocks(const Value& value) {
    std::vector<int> blocks;
    for (const Value& item : value.list()) blocks.push_back(static_cast<int>(item.integer(2, 10'000)));
    if (blocks.empty()) value.refuse("there are no block sizes", "give at least one");
    return blocks;
}

}  // namespace

trial::Eligibility read_eligibility(const Value& value) {
    const Mapping map(value, study_keys::eligibility);
    return {read_criteria(map.optional("include")), read_criteria(map.optional("exclude"))};
}

std::vector<trial::Outcome> read_outcomes(const Value& value) { return read_list(value, read_outcome); }

std::vector<trial::Endpoint> read_endpoints(const Value& value) { return read_list(value, read_endpoint); }

trial::Dropout read_dropout(const Value& value) {
    const Mapping map(value, study_keys::dropout);
    trial::Dropout dropout;
    dropout.place = map.place();
    if (const auto rate = map.optional("rate")) dropout.rate = rate->quantity();
    if (const auto share = map.optional("share")) dropout.share = share->quantity_or_number();
    if (const auto by = map.optional("by")) dropout.by = by->positive_time();
    if (dropout.rate.has_value() == dropout.share.has_value() || dropout.share.has_value() != dropout.by.has_value())
        map.refuse("dropout is a rate, or a share with the time by which so many have left",
                   "write {rate: 0.1 1/year} or {share: 20 %, by: 52 week}");
    return dropout;
}

trial::Randomisation read_randomisation(const Value& value) {
    const Mapping map(value, study_keys::randomisation);
    trial::Randomisation randomisation;
    randomisation.place = map.place();
    randomisation.n = map.required("n").integer(2);
    for (const NamedValue& share : named_values(map.required("ratio"))) {
        randomisation.ratio.emplace(share.name, static_cast<int>(share.value.integer(1, 1000)));
    }
    if (const auto method = map.optional("method")) randomisation.method = method->one_of({"simple", "permuted_block"});
    if (const auto blocks = map.optional("blocks")) randomisation.blocks = read_blocks(*blocks);
    if (const auto strata = map.optional("strata")) randomisation.strata = strata->symbols();
    return randomisation;
}

std::vector<trial::Analysis> read_analyses(const Value& value) { return read_list(value, read_analysis); }

trial::OperatingCharacteristics read_operating_characteristics(const Value& value) {
    const Mapping map(value, study_keys::operating_characteristics);
    trial::OperatingCharacteristics characteristics;
    characteristics.place = map.place();
    characteristics.trials = map.required("trials").integer(1, 1'000'000'000);
    if (const auto mode = map.optional("mode")) characteristics.mode = mode->one_of({"bank", "fresh"});
    for (const Value& word : map.required("report").list())
        characteristics.report.push_back(word.one_of({"power", "bias", "type1", "coverage"}));
    return characteristics;
}

}  // namespace kohort::io
