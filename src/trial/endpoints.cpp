#include "trial/endpoints.hpp"

#include "trial/model_units.hpp"

#include <algorithm>
#include <cmath>

namespace kohort::trial {

namespace {

struct Measured {
    double value = EndpointValue::none;
    Missing missing = Missing::no;
};

Measured transformed(double value, bool ln) {
    if (!std::isfinite(value)) return {EndpointValue::none, Missing::never_happened};
    if (!ln) return {value, Missing::no};
    if (!(value > 0)) return {EndpointValue::none, Missing::not_positive};
    return {std::log(value), Missing::no};
}

EndpointPlan::Value kind_of(const Endpoint& endpoint) {
    if (endpoint.value == "change") return EndpointPlan::Value::change;
    if (endpoint.value == "percent_change") return EndpointPlan::Value::percent_change;
    return EndpointPlan::Value::value;
}

void find_columns(const Endpoint& endpoint, std::span<const Column> columns, EndpointPlan& plan) {
    std::vector<const Column*> of_outcome;
    for (const Column& column : columns) {
        if (column.outcome == endpoint.of) of_outcome.push_back(&column);
    }
    const auto at = std::find_if(of_outcome.begin(), of_outcome.end(), [&](const Column* column) {
        return endpoint.visit.empty() ? of_outcome.size() == 1 : column->visit == endpoint.visit;
    });
    if (at == of_outcome.end()) {
        throw InputError(endpoint.place,
                         "endpoint \"" + endpoint.id + "\": outcome \"" + endpoint.of + "\" is not measured at \"" +
                             endpoint.visit + "\"",
                         "name a visit at which it is");
    }
    plan.at_visit = **at;
    if (at != of_outcome.begin()) plan.at_baseline = *of_outcome.front();
    if (plan.kind != EndpointPlan::Value::value && !plan.at_baseline) {
        throw InputError(endpoint.place, "endpoint \"" + endpoint.id + "\" has no earlier value to change from",
                         "the outcome must be measured at an earlier visit too");
    }
}

void set_limits(const Endpoint& endpoint, EndpointPlan& plan) {
    // A limit on a change is a difference: 1 degC of change is 1.8 degF, without the offset.
    const auto limit = [&](const Quantity& quantity) {
        const UnitConverter convert = study_to_model(quantity.unit, plan.unit, "endpoint " + endpoint.id, quantity.place);
        return plan.kind == EndpointPlan::Value::change ? convert.difference(quantity.value) : convert(quantity.value);
    };
    if (endpoint.at_most) plan.at_most = limit(*endpoint.at_most);
    if (endpoint.at_least) plan.at_least = limit(*endpoint.at_least);
    if (!endpoint.at_most && !endpoint.at_least) {
        throw InputError(endpoint.place, "binary endpoint \"" + endpoint.id + "\" does not say who responds",
                         "add at_most: or at_least:");
    }
}

EndpointPlan plan_endpoint(const Endpoint& endpoint, std::span<const Column> columns) {
    EndpointPlan plan;
    plan.id = endpoint.id;
    plan.binary = endpoint.type == "binary";
    plan.kind = kind_of(endpoint);
    plan.ln = endpoint.transform == "ln";
    find_columns(endpoint, columns, plan);
    if (plan.ln && (plan.binary || plan.kind == EndpointPlan::Value::percent_change)) {
        throw InputError(
            endpoint.place,
            "endpoint \"" + endpoint.id + "\": transform: ln is for values and changes of continuous endpoints",
            "leave transform out");
    }
    const std::string& measured = plan.at_visit.unit;
    if (plan.ln) require_absolute(measured, "a logarithm of " + endpoint.of, endpoint.place);
    if (plan.kind == EndpointPlan::Value::percent_change)
        require_absolute(measured, "a percent change of " + endpoint.of, endpoint.place);
    plan.aval_unit = plan.ln ? "ln(" + (measured.empty() ? "1" : measured) + ")" : measured;
    plan.unit = plan.kind == EndpointPlan::Value::percent_change ? "%" : plan.aval_unit;
    plan.variable = plan.kind == EndpointPlan::Value::value    ? "AVAL"
                    : plan.kind == EndpointPlan::Value::change ? "CHG"
                                                               : "PCHG";
    if (plan.binary) set_limits(endpoint, plan);
    return plan;
}

}  // namespace

EndpointValue EndpointPlan::evaluate(TwinStatus status, FeatureView features) const {
    EndpointValue result;
    if (status != TwinStatus::ok) {
        result.missing = Missing::twin_failed;
        return result;
    }
    const Measured aval = transformed(at_visit(features), ln);
    result.aval = aval.value;
    if (at_baseline) result.base = transformed((*at_baseline)(features), ln).value;
    result.missing = at_visit.is_lost(features.twin_id) ? Missing::dropped_out : aval.missing;
    if (result.missing != Missing::no) return result;
    if (kind != Value::value && (std::isnan(result.base) || (kind == Value::percent_change && result.base == 0))) {
        result.missing = Missing::no_baseline;
        return result;
    }
    switch (kind) {
        case Value::value: result.value = result.aval; break;
        case Value::change: result.value = result.aval - result.base; break;
        case Value::percent_change: result.value = 100 * (result.aval - result.base) / result.base; break;
    }
    if (binary) result.value = at_least <= result.value && result.value <= at_most ? 1.0 : 0.0;
    return result;
}

std::vector<EndpointPlan> plan_endpoints(const TrialStudy& study, std::span<const Column> columns) {
    std::vector<EndpointPlan> plans;
    for (const Endpoint& endpoint : study.endpoints) plans.push_back(plan_endpoint(endpoint, columns));
    return plans;
}

std::vector<EndpointPlan> endpoints_of_columns(std::span<const Column> columns) {
    std::vector<EndpointPlan> plans;
    for (const Column& column : columns.first(std::min(columns.size(), most_described))) {
        EndpointPlan plan;
        plan.id = column.visit.empty() ? column.outcome : column.outcome + " at " + column.visit;
        plan.variable = "AVAL";
        plan.unit = column.unit;
        plan.aval_unit = column.unit;
        plan.at_visit = column;
        plans.push_back(std::move(plan));
    }
    return plans;
}

}  // namespace kohort::trial
