// A cohort as the user describes it, key by key (cohorts/README.md gives the file's form). The reader (io) fills these;
// make_cohort checks them. Quantities carry the user's units and places, so that every complaint can point at the text.
#pragma once

#include "base/quantity.hpp"
#include "cohort/cohort.hpp"
#include "cohort/persons_table.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kohort::cohort {

/// A level of a categorical attribute and its probability.
struct Level {
    std::string name;
    Quantity probability;
    Place place;
};

/// A distribution by name. Which keys it takes is checked by make_cohort, with the nearest known key suggested.
struct Distribution {
    std::string kind;  // dist: normal | lognormal | uniform | triangular | beta | gamma | histogram | categorical | bernoulli | empirical; constant where only `value` is given
    std::map<std::string, Quantity> numbers;  // every scalar key but dist, unit, file, column, source, meaning: mean, sd, cv, median, omega, low, high, mode, alpha, beta, shape, scale, p, value, min, max
    std::vector<Level> levels;                // categorical: levels: {female: 0.51, male: 0.49}, in the file's order
    std::vector<Quantity> edges;              // histogram: edges: [18 year, 30 year, ...], ascending
    std::vector<Quantity> shares;             // histogram: p: [0.2, ...], one fewer than edges
    std::string file;                         // empirical: a CSV file, relative to CohortDescription::folder
    std::string column;                       // empirical: its column
    Place place;                              // of the mapping
};

struct Stratum;

/// How a value is drawn: from a distribution, or by the level of an earlier categorical attribute.
struct Recipe {
    Distribution distribution;    // used where `by` is empty
    std::string by;               // by: {sex: {female: {...}, male: {...}}}
    std::vector<Stratum> strata;  // one for each level of `by`; may be stratified again
    Place place;
};

struct Stratum {
    std::string level;
    Recipe recipe;
    Place place;
};

/// Cuts an earlier numeric attribute into levels: {bands_of: age, edges: [40 year, 60 year], levels: [young, middle, old]}.
/// A value equal to an edge belongs to the level above it.
struct Bands {
    std::string of;
    std::vector<Quantity> edges;      // ascending
    std::vector<std::string> levels;  // one more than edges
};

/// One entry of `covariates`, `parameters` or `variability`. Exactly one of recipe, formula and bands is given.
struct AttributeDescription {
    std::string name;
    Role role = Role::covariate;
    std::string unit;  // unit: kg; empty: that of the first quantity of its recipe
    std::optional<Recipe> recipe;
    std::string formula;  // formula: weight / height^2, over the numbers of earlier attributes; needs `unit`
    Place formula_place;
    std::optional<Bands> bands;
    std::string meaning;  // for reports; may be empty
    std::string source;   // where the numbers come from; may be empty
    Place place;
};

/// correlation: {age~weight: -0.18}: of the two underlying standard normals, before they become values.
struct Correlation {
    std::string first;
    std::string second;
    Quantity rho;
    Place place;
};

/// limits: {BMI: {min: 15 kg/m2, max: 60 kg/m2}}; a person outside is drawn again, up to `attempts` times.
struct Limit {
    std::string name;
    std::optional<Quantity> min;
    std::optional<Quantity> max;
    Place place;
};

/// Persons from a file; their columns come before the drawn attributes. Twin k is row k.
struct PersonsSource {
    std::shared_ptr<const PersonsTable> table;  // filled by the reader: read_persons_csv, or io's HDF5 reader
    bool resample = false;                      // true: every twin is a row drawn with replacement, without end
    Place place;
};

struct CohortDescription {
    std::string name;
    std::string title;
    std::string folder;  // where relative file names start; empty: the working directory
    std::optional<PersonsSource> from;
    std::vector<AttributeDescription> attributes;  // covariates, then parameters, then variability, in the file's order
    std::vector<Correlation> correlations;
    std::vector<Limit> limits;
    std::int64_t attempts = 1000;
    Place place;
};

}  // namespace kohort::cohort
