// Mixed precision under audit: some twins of a study run in double as well, and everything that is measured compared.
#pragma once

#include "engine/communicator.hpp"
#include "engine/simulator.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace kohort::engine {

/// What an audit compares, side by side: the same people by three simulators.
struct AuditedRuns {
    Simulator& mixed;
    Simulator& in_double;     // at the study's tolerances
    Simulator& more_exactly;  // in double at a tenth of them
};

/// Where an audit finds the largest difference, in units of the tolerance, and what double by itself is uncertain of there.
struct AuditFinding {
    std::int64_t twin = -1;  // its id
    int arm = 0;
    int feature = 0;
    double units = 0.0;      // |mixed - double| / tolerance
    double own_units = 0.0;  // what this feature changes by at most in double at a tenth of the tolerances, over tolerance
    double absolute = 0.0;   // [feature's unit] |mixed - double|
    double mixed = 0.0;      // [feature's unit]
    double in_double = 0.0;  // [feature's unit]
};

struct Audit {
    std::int64_t twins = 0;   // audited
    std::int64_t values = 0;  // compared
    std::int64_t unlike = 0;  // only one of both gave a number, or a twin failed in double
    std::int64_t beyond = 0;  // values that differ by more than is allowed
    double median_units = 0.0;
    AuditFinding largest;  // of all values
    AuditFinding worst;    // of those beyond, the one that is most so
    [[nodiscard]] bool passed() const { return unlike == 0 && beyond == 0; }
};

/// A difference is allowed up to so many tolerances, and up to as many times what the feature changes by at most where double takes
/// tolerances a tenth as large: an error of the method, which any two runs may have, is not one of precision.
inline constexpr double allowed_units = 10.0;
inline constexpr double allowed_own_errors = 3.0;

/// Places in a study of n_twins of the twins that are audited: spread evenly, so they depend on nothing else.
[[nodiscard]] std::vector<std::int64_t> audited_places(std::int64_t n_twins, std::int64_t wanted);

/// Collective: every rank runs its share; all get the same findings, whatever their number. The tolerance of a feature is rtol times its
/// size, and at least a thousandth of the largest size among these twins.
[[nodiscard]] Audit audit_precision(const AuditedRuns& runs, const cohort::Cohort& cohort,
                                    std::span<const std::int64_t> twin_ids, int n_arms, double rtol,
                                    Communicator& communicator);

}  // namespace kohort::engine
