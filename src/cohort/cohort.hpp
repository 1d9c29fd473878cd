// Who the twins are. A cohort is a lazy description: describe(twin) draws one person from keyed random numbers, so each
// rank draws only its own and any person can be drawn again alone.
#pragma once

#include "base/errors.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace kohort::cohort {

struct CohortDescription;

/// What an attribute is for. The trial binds attributes to the model by name and converts units.
enum class Role : std::uint8_t {
    covariate,  // describes the person; bound to an input, parameter or state of its name where the model has one
    parameter,  // replaces the model's parameter (or input) of its name, which must exist
    factor,     // multiplies the model's own value of the parameter (or input) of its name, which must exist; unit "1"
};

/// What can be asked of every person: a covariate ("age", year) or a model quantity that varies ("CL", L/h).
struct Attribute {
    std::string name;
    std::string unit;                 // UDUNITS spelling; "1" when dimensionless
    std::vector<std::string> levels;  // categorical: level k is stored as the number k
    Role role = Role::covariate;
    Place place;
};

/// One person: the values of the cohort's attributes, in their order and units.
struct Person {
    std::vector<double> value;  // (n_attributes)
    std::int32_t attempts = 1;  // draws until the plausibility limits were met; 0 for a person read from a file
    std::uint64_t lot_key = 0;  // random bits of the person's own, for what a model itself draws by lot
    bool plausible = true;      // false: no draw met the limits within the allowed attempts; the last one is kept
    std::int64_t twin_id = 0;
    std::int64_t row = -1;  // of the table of persons; -1 for a person who is not read from one
};

class Cohort {
public:
    virtual ~Cohort() = default;
    [[nodiscard]] virtual const std::vector<Attribute>& attributes() const = 0;
    /// Number of persons there are; -1 when the cohort can go on without end.
    [[nodiscard]] virtual std::int64_t size() const = 0;
    /// Draws (or looks up) person twin_id >= 0. The same for any order, rank and thread. Thread-safe.
    [[nodiscard]] virtual Person describe(std::int64_t twin_id) const = 0;
};

/// Checks the description and makes it ready to draw. Throws InputError naming attribute and place: unknown
/// distribution or key, wrong unit, impossible value, unknown or later attribute in a formula, impossible correlations.
[[nodiscard]] std::unique_ptr<Cohort> make_cohort(const CohortDescription& description, std::uint64_t seed);

}  // namespace kohort::cohort
