// What is observed, by which design, and what is made of it.
#include "io/uncertainty_sections.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "io/study_keys.hpp"

#include <algorithm>
#include <cmath>

namespace kohort::io {
namespace {

using namespace uncertainty;

constexpr std::int64_t most_times = 100'000;

std::vector<Quantity> read_time_grid(const Value& value) {
    const Mapping map(value, study_keys::times);
    const auto first = map.optional("from");
    const Value every = map.required("every");
    const Quantity step = every.positive_time();
    const Quantity from = first ? first->time() : Quantity{0.0, step.unit, map.place()};
    const Quantity to = map.required("to").time();
    const double begin = value_in(from, step.unit);
    const double steps = std::floor((value_in(to, step.unit) - begin) / step.value + 1e-9);
    if (!(steps >= 0) || steps > most_times)
        map.refuse("these are not between 1 and " + std::to_string(most_times) + " times",
                   "look at from, to and every");
    std::vector<Quantity> times;
    for (std::int64_t index = 0; index <= static_cast<std::int64_t>(steps); ++index)
        times.push_back({begin + static_cast<double>(index) * step.value, step.unit, every.place()});
    return times;
}

std::vector<Quantity> read_time_list(const Value& value) {
    std::vector<Quantity> times;
    for (const Value& item : value.list()) {
        times.push_back(item.time());
        const bool ascends = times.size() < 2 || value_in(times.back(), "s") > value_in(times[times.size() - 2], "s");
        if (!ascends) item.refuse("this time is not after the one before it", "list times in their order, each once");
    }
    if (times.empty()) value.refuse("there are no times", "give at least one");
    return times;
}

std::optional<DeclaredRange> read_range(const std::optional<Value>& value) {
    if (!value) return std::nullopt;
    const std::vector<Value> ends = value->list();
    if (ends.size() != 2) value->refuse("a range has two ends", "such as range: [0 mmol/L, 60 mmol/L]");
    return DeclaredRange{ends[0].quantity_or_number(), ends[1].quantity_or_number()};
}

VariableChoice read_variable(const NamedValue& named) {
    const Mapping map(named.value, study_keys::variable);
    VariableChoice variable{.of = named.name,
                            .unit = map.required("unit").text(),
                            .range = read_range(map.optional("range")),
                            .place = named.place};
    check_unit(variable.unit, map.place_of("unit"));
    return variable;
}

trial::Outcome read_feature(const Value& value) {
    const Mapping map(value, study_keys::output_feature);
    trial::Outcome feature;
    feature.place = map.place();
    feature.id = map.required("id").id();
    feature.of = map.required("of").symbol();
    feature.op = map.required("op").one_of({"minimum", "maximum", "time_of_minimum", "time_of_maximum", "time_above",
                                            "time_below", "first_above", "first_below", "integral"});
    feature.unit = map.required("unit").text();
    if (const auto from = map.optional("from")) feature.from = from->time();
    if (const auto to = map.optional("to")) feature.to = to->time();
    if (const auto threshold = map.optional("threshold")) feature.threshold = threshold->quantity_or_number();
    return feature;
}

PointKind point_kind(const std::string& word) {
    if (word == "monte-carlo") return PointKind::monte_carlo;
    return word == "latin-hypercube" ? PointKind::latin_hypercube : PointKind::scrambled_sobol;
}

Estimator estimator(const Value& value) {
    const std::string word = value.one_of({"martinez", "janon", "jansen", "saltelli"});
    if (word == "martinez") return Estimator::martinez;
    if (word == "janon") return Estimator::janon;
    return word == "jansen" ? Estimator::jansen : Estimator::saltelli;
}

double share(const Value& value) {
    const double number = value.number();
    if (!(number > 0 && number < 1)) value.refuse(value.text() + " is not between 0 and 1", "0.95 is 95 %");
    return number;
}

std::array<double, 2> read_window(const Value& value) {
    const std::vector<Value> ends = value.list();
    if (ends.size() != 2) value.refuse("a window has two ends", "such as window: [0.01, 0.99]");
    const std::array<double, 2> window{ends[0].number(), ends[1].number()};
    if (!(window[0] >= 0 && window[0] < window[1] && window[1] <= 1))
        value.refuse("these are not two probabilities, the smaller one first", "such as window: [0.01, 0.99]");
    return window;
}

/// A key that another kind of design would read.
void only_for(const Mapping& map, std::string_view key, bool used, const std::string& kind) {
    if (!used && map.has(key))
        throw InputError(map.place_of(key), "kind: " + kind + " has no use for " + std::string(key), "leave it out");
}

std::vector<double> read_probabilities(const Value& value) {
    std::vector<double> probabilities;
    for (const Value& item : value.list()) {
        probabilities.push_back(share(item));
        if (probabilities.size() > 1 && probabilities.back() <= probabilities[probabilities.size() - 2])
            item.refuse("probabilities do not ascend", "put them in order, each once");
    }
    return probabilities;
}

StopRule read_stop(const Value& value, const DesignChoice& design) {
    const Mapping map(value, study_keys::stop);
    StopRule stop;
    stop.place = map.place();
    static_cast<void>(map.required("when").one_of({"ci_halfwidth"}));
    if (const auto of = map.optional("of")) stop.of_total = of->one_of({"total", "first"}) == "total";
    const Value below = map.required("below");
    stop.below = below.number();
    if (!(stop.below > 0)) below.refuse("half a width is above 0", "0.02 is usual");
    stop.check_every = map.required("check_every").integer(1);
    if (design.kind != DesignKind::sobol_indices)
        map.refuse("only a design of Sobol indices can stop early", "leave stop out");
    if (design.replicates < 2) map.refuse("intervals need replicates", "give design: replicates: 8");
    return stop;
}

const std::map<std::string, DesignKind>& design_kinds() {
    static const std::map<std::string, DesignKind> kinds{{"sample", DesignKind::sample},
                                                         {"sobol-indices", DesignKind::sobol_indices},
                                                         {"morris", DesignKind::morris},
                                                         {"shapley", DesignKind::shapley},
                                                         {"variance-split", DesignKind::variance_split},
                                                         {"derivatives", DesignKind::derivatives},
                                                         {"fast", DesignKind::fast},
                                                         {"rbd-fast", DesignKind::rbd_fast},
                                                         {"polynomial-chaos", DesignKind::polynomial_chaos}};
    return kinds;
}

}  // namespace

void read_outputs(const Value& value, UncertaintyFile& file) {
    const Mapping map(value, study_keys::outputs);
    if (const auto times = map.optional("times"))
        file.study.times = times->is_map() ? read_time_grid(*times) : read_time_list(*times);
    if (const auto variables = map.optional("variables")) {
        for (const NamedValue& named : named_values(*variables)) file.study.variables.push_back(read_variable(named));
    }
    if (const auto features = map.optional("features")) {
        for (const Value& item : features->list()) {
            file.base.outcomes.push_back(read_feature(item));
            file.study.feature_ranges.push_back(
                read_range(Mapping(item, study_keys::output_feature).optional("range")));
        }
    }
    if (file.study.variables.empty() != file.study.times.empty())
        map.refuse("variables are observed at times: one is given without the other", "give both, or features alone");
    if (file.study.variables.empty() && file.base.outcomes.empty())
        map.refuse("nothing is observed", "give variables and times, or features");
    if (const auto report = map.optional("report_at")) file.study.report_at = read_time_list(*report);
    if (!file.study.times.empty()) file.study.time_unit = file.study.times.back().unit;
}

DesignChoice read_design(const Value& value) {
    const Mapping map(value, study_keys::design);
    DesignChoice design;
    design.place = map.place();
    const std::string kind = map.required("kind").one_of({"sample", "sobol-indices", "morris", "shapley",
                                                          "variance-split", "derivatives", "fast", "rbd-fast",
                                                          "polynomial-chaos"});
    design.kind = design_kinds().at(kind);
    const bool is_morris = design.kind == DesignKind::morris;
    only_for(map, "points", !is_morris && design.kind != DesignKind::fast, kind);
    only_for(map, "replicates", !is_morris, kind);
    only_for(map, "degree", design.kind == DesignKind::polynomial_chaos, kind);
    only_for(map, "hyperbolic", design.kind == DesignKind::polynomial_chaos, kind);
    only_for(map, "levels", is_morris, kind);
    only_for(map, "window", is_morris, kind);
    only_for(map, "second_order", design.kind == DesignKind::sobol_indices, kind);
    design.n = map.required("n").integer(is_morris ? 2 : 1, std::int64_t{1} << 30);
    if (const auto points = map.optional("points"))
        design.points = point_kind(points->one_of({"sobol", "latin-hypercube", "monte-carlo"}));
    if (const auto replicates = map.optional("replicates"))
        design.replicates = static_cast<int>(replicates->integer(1, 1000));
    if (const auto second = map.optional("second_order")) design.second_order = second->boolean();
    if (const auto degree = map.optional("degree")) design.degree = static_cast<int>(degree->integer(1, 20));
    if (const auto hyperbolic = map.optional("hyperbolic")) {
        design.hyperbolic = hyperbolic->number();
        if (!(design.hyperbolic > 0 && design.hyperbolic <= 1))
            hyperbolic->refuse("this is not above 0 and at most 1", "1 keeps all terms of the total degree");
    }
    if (const auto extendable = map.optional("extendable")) design.extendable = extendable->boolean();
    if (design.extendable && design.points == PointKind::latin_hypercube)
        map.refuse("a Latin hypercube cannot grow: its strata depend on their number", "use points: sobol");
    if (const auto window = map.optional("window")) design.window = read_window(*window);
    if (const auto levels = map.optional("levels")) {
        design.levels = static_cast<int>(levels->integer(2, 1000));
        if (design.levels % 2 != 0) levels->refuse("an odd number of levels has no equal steps", "4 is usual");
    }
    return design;
}

AnalysisChoice read_analysis_choice(const Value& value, const DesignChoice& design) {
    const Mapping map(value, study_keys::uncertainty_analysis);
    AnalysisChoice analysis;
    if (const auto first = map.optional("first")) analysis.first = estimator(*first);
    if (const auto total = map.optional("total")) analysis.total = estimator(*total);
    if (const auto level = map.optional("level")) analysis.level = share(*level);
    if (const auto quantiles = map.optional("quantiles")) analysis.probabilities = read_probabilities(*quantiles);
    if (const auto error = map.optional("relative_error")) analysis.relative_error = share(*error);
    if (const auto exceedance = map.optional("exceedance")) {
        for (const Value& item : exceedance->list()) {
            const Mapping threshold(item, study_keys::exceedance);
            analysis.thresholds.push_back({threshold.required("of").symbol(),
                                           threshold.required("above").quantity_or_number(), threshold.place()});
        }
    }
    if (const auto stop = map.optional("stop")) analysis.stop = read_stop(*stop, design);
    return analysis;
}

}  // namespace kohort::io
