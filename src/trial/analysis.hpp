// One virtual trial: its participants in their arms, and what the planned analyses say about them.
#pragma once

#include "cohort/cohort.hpp"
#include "trial/ancova.hpp"
#include "trial/endpoints.hpp"
#include "trial/proportions.hpp"
#include "trial/t_test.hpp"

#include <span>
#include <string>
#include <vector>

namespace kohort::trial {

/// Participants of one trial with what was measured in the arm that each was given.
struct TrialSample {
    std::size_t n_participants = 0;
    std::vector<int> arm;       // (n_participants)
    std::vector<double> value;  // [endpoint's unit] (n_endpoints, n_participants), participant fastest; NaN: missing
    std::vector<double> base;   // [endpoint's aval_unit] (n_endpoints, n_participants)
    std::vector<double> attribute;  // [attribute's unit] (n_attributes, n_participants); categorical: the level's number

    TrialSample(std::size_t n_endpoints, std::size_t n_attributes, std::size_t participants);
    void set_endpoint(std::size_t endpoint, std::size_t participant, const EndpointValue& from) {
        value[endpoint * n_participants + participant] = from.value;
        base[endpoint * n_participants + participant] = from.base;
    }
    [[nodiscard]] std::span<const double> values(std::size_t endpoint) const { return row(value, endpoint); }
    [[nodiscard]] std::span<const double> baselines(std::size_t endpoint) const { return row(base, endpoint); }
    [[nodiscard]] std::span<const double> attributes(std::size_t index) const { return row(attribute, index); }

private:
    [[nodiscard]] std::span<const double> row(const std::vector<double>& rows, std::size_t index) const {
        return {rows.data() + index * n_participants, n_participants};
    }
};

enum class AnalysisMethod { t_test, ancova, difference_of_proportions };

/// A covariate of an ANCOVA: the endpoint's baseline, or an attribute.
struct PlannedCovariate {
    std::string name;
    bool baseline = false;
    std::size_t attribute = 0;
    std::vector<std::string> levels;  // of a categorical attribute
};

struct AnalysisPlan {
    std::string id;
    std::size_t endpoint = 0;
    AnalysisMethod method = AnalysisMethod::t_test;
    int n_arms = 0;
    int reference = 0;
    double alpha = 0.05;
    Variance variance = Variance::pooled;
    ProportionInterval interval = ProportionInterval::newcombe;
    ProportionTest test = ProportionTest::z;
    std::vector<PlannedCovariate> covariates;

    /// For reports: "t-test, pooled variance", "ANCOVA on baseline, age".
    [[nodiscard]] std::string words() const;
};

/// Throws InputError for a covariate that is neither "baseline" nor an attribute, and for a baseline that is not measured.
[[nodiscard]] std::vector<AnalysisPlan> plan_analyses(const TrialStudy& study, std::span<const EndpointPlan> endpoints,
                                                      std::span<const cohort::Attribute> attributes);

struct AnalysisResult {
    std::vector<Effect> effect;           // (n_arms) against the reference; the reference's own has only a reason
    std::vector<std::int64_t> n_missing;  // (n_arms) participants left out for a missing value or covariate
    std::vector<Coefficient> covariates;  // ANCOVA
    std::vector<std::string> aliased;     // ANCOVA: covariates left out
};

[[nodiscard]] AnalysisResult analyse(const AnalysisPlan& plan, const TrialSample& sample);

}  // namespace kohort::trial
