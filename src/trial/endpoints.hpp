// From what was measured in a twin to the analysis variables of its endpoints, in ADaM's words: AVAL, BASE, CHG, PCHG.
#pragma once

#include "kernels/status.hpp"
#include "trial/columns.hpp"
#include "trial/study.hpp"

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kohort::trial {

/// Why an endpoint has no value. Stored in result files as int8 with these values.
enum class Missing : std::int8_t {
    no = 0,
    twin_failed = 1,     // the twin's mathematics failed; its status says how
    never_happened = 2,  // a crossing that did not occur, or another outcome without a value
    not_positive = 3,    // ln of a value <= 0
    no_baseline = 4,     // the baseline is missing, or is 0 where a percentage of it is wanted
    dropped_out = 5,     // the participant had left the trial
};

[[nodiscard]] constexpr const char* words_of(Missing missing) {
    switch (missing) {
        case Missing::no: return "measured";
        case Missing::twin_failed: return "twin failed";
        case Missing::never_happened: return "never happened";
        case Missing::not_positive: return "ln of a value not above 0";
        case Missing::no_baseline: return "no baseline";
        case Missing::dropped_out: return "dropped out";
    }
    return "unknown";
}

/// One endpoint of one twin in one arm. Units: EndpointPlan::unit for value, aval_unit for aval and base.
struct EndpointValue {
    static constexpr double none = std::numeric_limits<double>::quiet_NaN();
    double value = none;  // what is analysed: AVAL, CHG or PCHG; for a binary endpoint 1 (responder) or 0
    double aval = none;   // AVAL: the outcome at the visit, after the transform
    double base = none;   // BASE: the same at the outcome's first visit; NaN for an outcome measured once
    Missing missing = Missing::no;
};

struct EndpointPlan {
    enum class Value { value, change, percent_change };

    std::string id;
    std::string variable;  // AVAL, CHG or PCHG
    std::string unit;      // of the analysed value; for binary endpoints of the value that is compared with the limits
    std::string aval_unit;
    bool binary = false;
    Value kind = Value::value;
    bool ln = false;
    Column at_visit;
    std::optional<Column> at_baseline;
    double at_most = std::numeric_limits<double>::infinity();    // [unit]
    double at_least = -std::numeric_limits<double>::infinity();  // [unit]

    [[nodiscard]] EndpointValue evaluate(TwinStatus status, FeatureView features) const;
};

/// columns: as bind made them. Throws InputError for limits whose units do not fit and for what has no meaning.
[[nodiscard]] std::vector<EndpointPlan> plan_endpoints(const TrialStudy& study, std::span<const Column> columns);

/// For a study without endpoints: what it measures, as values to be described; at most so many of the columns.
inline constexpr std::size_t most_described = 40;
[[nodiscard]] std::vector<EndpointPlan> endpoints_of_columns(std::span<const Column> columns);

/// Every endpoint of every member of the bank in every arm: what trials are drawn from.
struct EndpointTable {
    std::size_t n_endpoints = 0;
    std::size_t n_arms = 0;
    std::size_t n_twins = 0;
    std::vector<double> value;  // [endpoint's unit] (n_endpoints, n_arms, n_twins), twin fastest; NaN: missing
    std::vector<double> base;   // [endpoint's aval_unit] (n_endpoints, n_arms, n_twins)

    EndpointTable(std::size_t endpoints, std::size_t arms, std::size_t twins)
        : n_endpoints(endpoints),
          n_arms(arms),
          n_twins(twins),
          value(endpoints * arms * twins, EndpointValue::none),
          base(value) {}

    [[nodiscard]] std::size_t at(std::size_t endpoint, std::size_t arm, std::size_t twin) const {
        return (endpoint * n_arms + arm) * n_twins + twin;
    }
    void set(std::size_t endpoint, std::size_t arm, std::size_t twin, const EndpointValue& from) {
        value[at(endpoint, arm, twin)] = from.value;
        base[at(endpoint, arm, twin)] = from.base;
    }
    [[nodiscard]] std::span<const double> values(std::size_t endpoint, std::size_t arm) const {
        return {value.data() + at(endpoint, arm, 0), n_twins};
    }
};

}  // namespace kohort::trial
