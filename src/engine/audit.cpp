#include "engine/audit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kohort::engine {
namespace {

/// The three values of one feature of one twin in one arm; of a twin that failed, none are numbers.
struct Triple {
    double mixed;
    double in_double;
    double more_exactly;
};

/// Values of all twins that are audited, in the order of twin_ids: (twin, arm, feature).
class Triples {
public:
    Triples(std::size_t n_arms, std::size_t n_features) : n_arms_(n_arms), n_features_(n_features) {}

    void add(const AuditedRuns& runs, std::span<const cohort::Person> people) {
        const std::size_t first = values_.size();
        values_.resize(first + people.size() * n_arms_ * n_features_);
        run(runs.mixed, people, first, &Triple::mixed);
        run(runs.in_double, people, first, &Triple::in_double);
        run(runs.more_exactly, people, first, &Triple::more_exactly);
    }

    [[nodiscard]] std::vector<double> packed() const {
        std::vector<double> numbers;
        for (const Triple& triple : values_)
            numbers.insert(numbers.end(), {triple.mixed, triple.in_double, triple.more_exactly});
        return numbers;
    }

private:
    void run(Simulator& simulator, std::span<const cohort::Person> people, std::size_t first, double Triple::* which) {
        simulator.prepare(people);
        for (std::size_t arm = 0; arm < n_arms_; ++arm) {
            const ArmResult& result = simulator.run(std::vector<int>(people.size(), static_cast<int>(arm)));
            for (std::size_t twin = 0; twin < people.size(); ++twin) {
                const bool failed = result.status[twin] != TwinStatus::ok;
                for (std::size_t feature = 0; feature < n_features_; ++feature)
                    values_[first + (twin * n_arms_ + arm) * n_features_ + feature].*
                        which = failed ? std::numeric_limits<double>::quiet_NaN() : result.feature(feature, twin);
            }
        }
    }

    std::size_t n_arms_;
    std::size_t n_features_;
    std::vector<Triple> values_;
};

/// Every finding of one feature, from the triples of all ranks.
struct FeatureScale {
    double size = 0.0;       // [feature's unit] the largest
    double own_error = 0.0;  // [tolerances] the most that double changes with its tolerances
};

double tolerance_of(const Triple& triple, const FeatureScale& scale, double rtol) {
    return rtol * std::max(std::abs(triple.in_double), 1e-3 * scale.size);
}

double units(double difference, double tolerance) { return difference == 0.0 ? 0.0 : std::abs(difference) / tolerance; }

std::vector<FeatureScale> scales_of(std::span<const Triple> triples, std::size_t n_features, double rtol) {
    std::vector<FeatureScale> scales(n_features);
    for (std::size_t at = 0; at < triples.size(); ++at) {
        const double size = std::abs(triples[at].in_double);
        if (size > scales[at % n_features].size) scales[at % n_features].size = size;
    }
    for (std::size_t at = 0; at < triples.size(); ++at) {
        FeatureScale& scale = scales[at % n_features];
        const Triple& triple = triples[at];
        const double own = units(triple.in_double - triple.more_exactly, tolerance_of(triple, scale, rtol));
        if (own > scale.own_error) scale.own_error = own;
    }
    return scales;
}

Audit compare(std::span<const Triple> triples, std::span<const std::int64_t> twin_ids, std::size_t n_arms,
              std::size_t n_features, double rtol) {
    const auto scales = scales_of(triples, n_features, rtol);
    Audit audit;
    audit.twins = static_cast<std::int64_t>(twin_ids.size());
    std::vector<double> all;
    double most_beyond = 1.0;
    for (std::size_t at = 0; at < triples.size(); ++at) {
        const Triple& triple = triples[at];
        const bool mixed_has = !std::isnan(triple.mixed);
        const bool double_has = !std::isnan(triple.in_double);
        if (!mixed_has && !double_has) continue;
        ++audit.values;
        if (mixed_has != double_has) {
            ++audit.unlike;
            continue;
        }
        const FeatureScale& scale = scales[at % n_features];
        const double difference = triple.mixed - triple.in_double;
        const AuditFinding finding{.twin = twin_ids[at / (n_arms * n_features)],
                                   .arm = static_cast<int>(at / n_features % n_arms),
                                   .feature = static_cast<int>(at % n_features),
                                   .units = units(difference, tolerance_of(triple, scale, rtol)),
                                   .own_units = scale.own_error,
                                   .absolute = std::abs(difference),
                                   .mixed = triple.mixed,
                                   .in_double = triple.in_double};
        all.push_back(finding.units);
        if (finding.units > audit.largest.units || audit.largest.twin < 0) audit.largest = finding;
        const double beyond = finding.units / std::max(allowed_units, allowed_own_errors * scale.own_error);
        if (!(beyond > 1.0)) continue;
        ++audit.beyond;
        if (beyond > most_beyond) audit.worst = finding;
        most_beyond = std::max(most_beyond, beyond);
    }
    if (!all.empty()) {
        const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
        std::nth_element(all.begin(), middle, all.end());
        audit.median_units = *middle;
    }
    return audit;
}

}  // namespace

std::vector<std::int64_t> audited_places(std::int64_t n_twins, std::int64_t wanted) {
    std::vector<std::int64_t> places(static_cast<std::size_t>(std::min(n_twins, wanted)));
    for (std::size_t at = 0; at < places.size(); ++at)
        places[at] = n_twins * static_cast<std::int64_t>(at) / static_cast<std::int64_t>(places.size());
    return places;
}

Audit audit_precision(const AuditedRuns& runs, const cohort::Cohort& cohort, std::span<const std::int64_t> twin_ids,
                      int n_arms, double rtol, Communicator& communicator) {
    const auto n_ranks = static_cast<std::size_t>(communicator.size());
    const auto rank = static_cast<std::size_t>(communicator.rank());
    const auto first = [&](std::size_t of) { return twin_ids.size() * of / n_ranks; };
    std::vector<cohort::Person> people;
    for (const std::int64_t twin : twin_ids.subspan(first(rank), first(rank + 1) - first(rank)))
        people.push_back(cohort.describe(twin));
    const std::size_t n_features = runs.mixed.n_features();
    Triples mine(static_cast<std::size_t>(n_arms), n_features);
    if (!people.empty()) mine.add(runs, people);
    const std::vector<double> all = communicator.gather_all(mine.packed());
    std::vector<Triple> triples;
    for (std::size_t at = 0; at + 2 < all.size(); at += 3) triples.push_back({all[at], all[at + 1], all[at + 2]});
    return compare(triples, twin_ids, static_cast<std::size_t>(n_arms), n_features, rtol);
}

}  // namespace kohort::engine
