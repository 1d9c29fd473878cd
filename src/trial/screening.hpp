// Who may take part. Attributes are judged first; what must be measured is then taken from an untreated run of the twin
// up to the first visit. A person who does not fit counts under the first criterion missed, so the counts add up.
#pragma once

#include "cohort/cohort.hpp"
#include "kernels/status.hpp"
#include "trial/columns.hpp"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace kohort::trial {

struct BoundCriterion {
    std::string words;      // for reports: "BMI 30 to 40 kg/m2", "not diabetes at least 0.5"
    bool excludes = false;  // the person must be outside
    bool measured = false;  // of a column of the screening run, else of an attribute
    std::size_t index = 0;  // attribute, or column
    double min = -std::numeric_limits<double>::infinity();  // [unit of the attribute or column]
    double max = std::numeric_limits<double>::infinity();   // [the same]

    /// A missing value (NaN) never meets a criterion.
    [[nodiscard]] bool met_by(double value) const;
};

/// The outcome of screening one person.
struct Verdict {
    enum class Kind { eligible, implausible, missed_criterion, could_not_be_run };
    Kind kind = Kind::eligible;
    std::size_t criterion = 0;  // which one was missed
    [[nodiscard]] bool eligible() const { return kind == Kind::eligible; }
};

struct ScreeningPlan {
    std::vector<BoundCriterion> criteria;  // of attributes first, each group in the study's order
    ColumnSet measured;                    // columns of the screening run

    [[nodiscard]] bool needs_a_run() const { return !measured.features.empty(); }
    [[nodiscard]] Verdict judge_attributes(const cohort::Person& person) const;
    /// For a person who passed judge_attributes; status and features are those of the screening run.
    [[nodiscard]] Verdict judge_measurements(TwinStatus status, FeatureView features) const;
};

/// Throws InputError for a name that is neither attribute, outcome nor model quantity, for units that do not fit, and for
/// a screening value that is measured after the first arm's treatment begins.
[[nodiscard]] ScreeningPlan plan_screening(const TrialStudy& study, std::span<const cohort::Attribute> attributes,
                                           const Symbols& symbols, Clock& clock);

/// The model quantities that screening observes beyond the study's outcomes, by the names the study uses.
[[nodiscard]] std::vector<const Criterion*> criteria_of_the_model(const TrialStudy& study,
                                                                  std::span<const cohort::Attribute> attributes);

/// How many came and why they left. Plain integers, so counts of several ranks are added element by element.
class ScreeningCounts {
public:
    explicit ScreeningCounts(std::size_t n_criteria = 0) : counts_(3 + n_criteria, 0) {}
    void add(const Verdict& verdict);

    [[nodiscard]] std::int64_t screened() const;
    [[nodiscard]] std::int64_t eligible() const { return counts_[0]; }
    [[nodiscard]] std::int64_t implausible() const { return counts_[1]; }       // no draw met the cohort's limits
    [[nodiscard]] std::int64_t could_not_be_run() const { return counts_[2]; }  // the twin failed before it was treated
    [[nodiscard]] std::int64_t missed(std::size_t criterion) const { return counts_[3 + criterion]; }
    [[nodiscard]] std::span<std::int64_t> integers() { return counts_; }

private:
    std::vector<std::int64_t> counts_;  // eligible, implausible, could not be run, then each criterion
};

}  // namespace kohort::trial
