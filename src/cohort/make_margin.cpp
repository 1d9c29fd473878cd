#include "base/random.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "cohort/continuous_margins.hpp"
#include "cohort/discrete_margins.hpp"
#include "cohort/keys.hpp"
#include "cohort/margin.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <span>
#include <utility>

namespace kohort::cohort {

namespace {

using MarginPtr = std::unique_ptr<const Margin>;

MarginPtr make_constant(const Keys& keys, const Distribution&, const std::string&) {
    return std::make_unique<ConstantMargin>(keys.level("value"));
}

/// sd, or cv times the mean.
double sd_of(const Keys& keys, double mean) {
    if (keys.one_of({"sd", "cv"}) == "sd") return keys.spread("sd");
    keys.require_absolute("cv", "a cv");
    return keys.ratio("cv") * std::abs(mean);
}

MarginPtr make_normal(const Keys& keys, const Distribution&, const std::string&) {
    const double mean = keys.level("mean");
    const double sd = sd_of(keys, mean);
    if (sd == 0.0) return std::make_unique<ConstantMargin>(mean);
    return std::make_unique<NormalMargin>(mean, sd);
}

// Above low (0 unless given), omega is the standard deviation of the logarithm: cv^2 = exp(omega^2) - 1 and
// mean = median exp(omega^2 / 2)
MarginPtr make_lognormal(const Keys& keys, const Distribution&, const std::string&) {
    const double low = keys.optional_level("low").value_or(0.0);
    const auto location = keys.one_of({"median", "mean"});
    if (!keys.has("low")) keys.require_absolute(location, "a log-normal distribution");
    const double centre = keys.level(location);
    if (!(centre > low)) {
        keys.refuse(location,
                    "the " + std::string(location) + " of a log-normal distribution is not greater than " +
                        (keys.has("low") ? "its 'low'" : "zero"),
                    "give a greater one, or another distribution");
    }
    const auto spread = keys.one_of({"omega", "cv", "sd"});
    if (spread == "sd" && location != "mean") {
        keys.refuse("sd", "'sd' of a log-normal distribution needs its 'mean'",
                    "give 'cv' or 'omega' with the median, or 'mean' and 'sd'");
    }
    if (spread == "cv" && keys.has("low"))
        keys.refuse("cv", "'cv' of a log-normal distribution with 'low' could be meant in two ways", "give 'omega'");
    const double cv = spread == "cv" ? keys.ratio("cv") : spread == "sd" ? keys.spread("sd") / (centre - low) : 0.0;
    const double omega = spread == "omega" ? keys.ratio("omega") : std::sqrt(std::log1p(cv * cv));
    const double median = location == "median" ? centre : low + (centre - low) * std::exp(-0.5 * omega * omega);
    if (omega == 0.0) return std::make_unique<ConstantMargin>(median);
    return std::make_unique<LognormalMargin>(low, median, omega);
}

std::pair<double, double> low_and_high(const Keys& keys) {
    const double low = keys.level("low");
    const double high = keys.level("high");
    if (!(low < high))
        keys.refuse("high", "'high' is not above 'low'", "exchange them, or give value: where everybody is alike");
    return {low, high};
}

MarginPtr make_uniform(const Keys& keys, const Distribution&, const std::string&) {
    const auto [low, high] = low_and_high(keys);
    return std::make_unique<UniformMargin>(low, high);
}

MarginPtr make_triangular(const Keys& keys, const Distribution&, const std::string&) {
    const auto [low, high] = low_and_high(keys);
    const double mode = keys.level("mode");
    if (mode < low || mode > high)
        keys.refuse("mode", "'mode' is not between 'low' and 'high'", "move one of the three");
    return std::make_unique<TriangularMargin>(low, mode, high);
}

MarginPtr make_gamma(const Keys& keys, const Distribution&, const std::string&) {
    if (keys.one_of({"mean", "shape"}) == "shape") {
        const double scale = keys.spread("scale");
        if (scale == 0.0) keys.refuse("scale", "'scale' is not greater than zero", "give a positive number");
        return std::make_unique<BoostMargin<GammaDistribution>>(GammaDistribution(keys.positive("shape")), 0.0, scale);
    }
    const double mean = keys.level("mean");
    keys.require_absolute("mean", "a gamma distribution");
    if (!(mean > 0))
        keys.refuse("mean", "the mean of a gamma distribution is not greater than zero",
                    "give a greater one, or another distribution");
    const double sd = sd_of(keys, mean);
    if (sd == 0.0) return std::make_unique<ConstantMargin>(mean);
    const double shape = mean / sd * (mean / sd);
    return std::make_unique<BoostMargin<GammaDistribution>>(GammaDistribution(shape), 0.0, mean / shape);
}

MarginPtr make_beta(const Keys& keys, const Distribution& distribution, const std::string&) {
    const bool has_range = keys.has("low") || keys.has("high");
    const std::pair<double, double> range = has_range ? low_and_high(keys)
                                                      : std::pair{0.0, convert(1.0, "1", keys.unit(), distribution.place)};
    const double low = range.first;
    const double high = range.second;
    const auto stretched = [&](double alpha, double beta) {
        return std::make_unique<BoostMargin<BetaDistribution>>(BetaDistribution(alpha, beta), low, high - low);
    };
    if (keys.one_of({"mean", "alpha"}) == "alpha") return stretched(keys.positive("alpha"), keys.positive("beta"));
    const double mean = (keys.level("mean") - low) / (high - low);
    if (!(mean > 0 && mean < 1))
        keys.refuse("mean", "'mean' is not between 'low' and 'high'", "low and high are 0 and 1 unless given");
    const double sd = sd_of(keys, keys.level("mean")) / (high - low);
    const double sum = mean * (1 - mean) / (sd * sd) - 1;  // alpha + beta
    if (!(sum > 0) || !std::isfinite(sum)) {
        keys.refuse("sd", "no beta distribution has this mean and spread",
                    "the standard deviation must lie between 0 and " +
                        shortest((high - low) * std::sqrt(mean * (1 - mean))) + " " + keys.unit());
    }
    return stretched(mean * sum, (1 - mean) * sum);
}

/// Running sums of probabilities, from 0 to 1; they must add up to one.
std::vector<double> cumulative(std::span<const Quantity> shares, const Place& place) {
    std::vector<double> sum{0.0};
    for (const Quantity& share : shares) {
        const double probability = value_in(share, "1");
        if (probability < 0)
            throw InputError(share.place, "a probability is negative", "probabilities lie between 0 and 1");
        sum.push_back(sum.back() + probability);
    }
    if (std::abs(sum.back() - 1.0) > 1e-6) {
        throw InputError(place, "probabilities add up to " + shortest(sum.back()) + ", not to 1",
                         "correct them, to within 0.000001");
    }
    for (double& value : sum) value /= sum.back();
    return sum;
}

MarginPtr make_histogram(const Keys& keys, const Distribution& distribution, const std::string&) {
    std::vector<double> edges;
    for (const Quantity& edge : distribution.edges) {
        edges.push_back(value_in(edge, keys.unit()));
        const bool ascending = edges.size() < 2 || edges[edges.size() - 2] < edges.back();
        if (!ascending)
            throw InputError(edge.place, "the edges of a histogram do not ascend", "put them in order, each once");
    }
    if (edges.size() < 2 || edges.size() != distribution.shares.size() + 1) {
        throw InputError(distribution.place,
                         "a histogram needs one probability 'p' for each bin between its 'edges'; here are " +
                             std::to_string(distribution.edges.size()) + " edges and " +
                             std::to_string(distribution.shares.size()) + " probabilities",
                         "n bins have n + 1 edges");
    }
    return std::make_unique<HistogramMargin>(std::move(edges), cumulative(distribution.shares, distribution.place));
}

MarginPtr make_categorical(const Keys&, const Distribution& distribution, const std::string&) {
    std::vector<Quantity> shares;
    for (const Level& level : distribution.levels) shares.push_back(level.probability);
    const std::vector<double> sum = cumulative(shares, distribution.place);
    std::vector<double> threshold;
    for (std::size_t level = 1; level + 1 < sum.size(); ++level) {
        threshold.push_back(sum[level] <= 0 ? -infinity : sum[level] >= 1 ? infinity : normal_quantile(sum[level]));
    }
    return std::make_unique<CategoricalMargin>(std::move(threshold));
}

MarginPtr make_bernoulli(const Keys& keys, const Distribution&, const std::string&) {
    const double p = keys.ratio("p");
    if (p > 1) keys.refuse("p", "the probability 'p' is above 1", "write 0.3 or 30 %");
    const double threshold = p <= 0 ? infinity : p >= 1 ? -infinity : -normal_quantile(p);
    return std::make_unique<CategoricalMargin>(std::vector{threshold});
}

const PersonsColumn& column_of(const PersonsTable& table, const Distribution& distribution) {
    std::vector<std::string> names;
    for (const PersonsColumn& column : table.columns) {
        if (column.name == distribution.column) {
            if (column.levels.empty()) return column;
            throw InputError(distribution.place, "column '" + column.name + "' of " + table.file + " is not numeric",
                             "give the shares of its levels: {dist: categorical, levels: {...}}");
        }
        names.push_back(column.name);
    }
    throw InputError(distribution.place, table.file + " has no column '" + distribution.column + "'",
                     suggest(distribution.column, names));
}

PersonsTable table_of(const Distribution& distribution, const std::string& folder) {
    if (distribution.file.empty() || distribution.column.empty()) {
        throw InputError(distribution.place, "an empirical distribution needs a 'file' and a 'column'",
                         "write {dist: empirical, file: observed.csv, column: weight}");
    }
    return read_persons_csv((std::filesystem::path(folder) / distribution.file).string());
}

MarginPtr make_empirical(const Keys& keys, const Distribution& distribution, const std::string& folder) {
    const PersonsTable table = table_of(distribution, folder);
    const PersonsColumn& column = column_of(table, distribution);
    const UnitConverter converter = unit_converter(column.unit, keys.unit(), distribution.place);
    std::vector<double> values = column.value;
    for (double& value : values) value = converter(value);
    const double min = keys.optional_level("min").value_or(-infinity);
    const double max = keys.optional_level("max").value_or(infinity);
    std::erase_if(values, [&](double value) { return value < min || value > max; });
    if (values.empty())
        throw InputError(distribution.place, "no observed value lies between 'min' and 'max'",
                         "move the limits to where values are");
    std::sort(values.begin(), values.end());
    return std::make_unique<EmpiricalMargin>(std::move(values));
}

struct Kind {
    std::vector<std::string> keys;       // that it takes, beside min and max
    std::vector<std::string> unit_from;  // keys of which the first given one names the attribute's unit
    MarginPtr (*make)(const Keys& keys, const Distribution& distribution, const std::string& folder);
    bool truncatable = true;
};

const std::map<std::string, Kind>& kinds() {
    static const std::map<std::string, Kind> all{
        {"constant", {{"value"}, {"value"}, make_constant, false}},
        {"normal", {{"mean", "sd", "cv"}, {"mean"}, make_normal}},
        {"lognormal", {{"median", "mean", "omega", "cv", "sd", "low"}, {"median", "mean"}, make_lognormal}},
        {"uniform", {{"low", "high"}, {"low"}, make_uniform}},
        {"triangular", {{"low", "mode", "high"}, {"low"}, make_triangular}},
        {"beta", {{"alpha", "beta", "mean", "sd", "cv", "low", "high"}, {"low", "high", "mean"}, make_beta}},
        {"gamma", {{"mean", "sd", "cv", "shape", "scale"}, {"mean", "scale"}, make_gamma}},
        {"histogram", {{}, {}, make_histogram}},
        {"categorical", {{}, {}, make_categorical, false}},
        {"bernoulli", {{"p"}, {}, make_bernoulli, false}},
        {"empirical", {{"min", "max"}, {}, make_empirical, false}},
    };
    return all;
}

const Kind& kind_of(const Distribution& distribution) {
    const auto found = kinds().find(distribution.kind);
    if (found != kinds().end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [name, kind] : kinds()) names.push_back(name);
    throw InputError(distribution.place, "unknown distribution '" + distribution.kind + "'",
                     suggest(distribution.kind, names));
}

void check_keys(const Distribution& distribution, const Kind& kind) {
    std::vector<std::string> known = kind.keys;
    if (kind.truncatable) known.insert(known.end(), {"min", "max"});
    for (const auto& [key, quantity] : distribution.numbers) {
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        throw InputError(quantity.place, "the " + distribution.kind + " distribution has no key '" + key + "'",
                         suggest(key, known));
    }
}

MarginPtr truncate(MarginPtr whole, const Keys& keys) {
    const auto min = keys.optional_level("min");
    const auto max = keys.optional_level("max");
    if (!min && !max) return whole;
    const double low = min.value_or(-infinity);
    const double high = max.value_or(infinity);
    if (!(low < high)) keys.refuse("max", "'max' is not above 'min'", "exchange them");
    if (dynamic_cast<const ConstantMargin*>(whole.get()) != nullptr && low <= whole->value(0) && whole->value(0) <= high)
        return whole;
    const double low_score = min ? whole->score(low) : -infinity;
    const double high_score = max ? whole->score(high) : infinity;
    auto truncated = std::make_unique<TruncatedMargin>(std::move(whole), low, high, low_score, high_score);
    if (!(truncated->probability() > 1e-300)) {
        keys.refuse(min ? "min" : "max", "no value of the distribution lies between 'min' and 'max'",
                    "move the limits to where values are");
    }
    return truncated;
}

}  // namespace

Measure measure_of(const Distribution& distribution, const std::string& folder) {
    const Kind& kind = kind_of(distribution);
    check_keys(distribution, kind);
    if (distribution.kind == "bernoulli") return {"1", {"no", "yes"}};
    if (distribution.kind == "categorical") {
        Measure measure{"1", {}};
        for (const Level& level : distribution.levels) {
            const bool repeated = std::find(measure.levels.begin(), measure.levels.end(), level.name) !=
                                  measure.levels.end();
            if (repeated) throw InputError(level.place, "level '" + level.name + "' is given twice", "keep one");
            measure.levels.push_back(level.name);
        }
        if (measure.levels.empty())
            throw InputError(distribution.place, "a categorical distribution needs 'levels'",
                             "write levels: {female: 0.5, male: 0.5}");
        return measure;
    }
    if (distribution.kind == "histogram" && !distribution.edges.empty()) return {distribution.edges.front().unit, {}};
    if (distribution.kind == "empirical") {
        const PersonsTable table = table_of(distribution, folder);
        return {column_of(table, distribution).unit, {}};
    }
    for (const std::string& key : kind.unit_from) {
        const auto found = distribution.numbers.find(key);
        if (found != distribution.numbers.end()) return {found->second.unit, {}};
    }
    return {"1", {}};
}

MarginPtr make_margin(const Distribution& distribution, const std::string& unit, const std::string& folder) {
    const Kind& kind = kind_of(distribution);
    check_keys(distribution, kind);
    const Keys keys(distribution, unit);
    MarginPtr margin = kind.make(keys, distribution, folder);
    if (kind.truncatable) margin = truncate(std::move(margin), keys);
    keys.refuse_unread();
    return margin;
}

}  // namespace kohort::cohort
