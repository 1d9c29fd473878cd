#include "trial/columns.hpp"

#include "trial/model_units.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kohort::trial {

namespace {

using kernels::Feature;

constexpr std::array<std::pair<std::string_view, Feature::Op>, 10> op_words{{
    {"value_at", Feature::Op::value_at},
    {"minimum", Feature::Op::minimum},
    {"maximum", Feature::Op::maximum},
    {"time_of_minimum", Feature::Op::time_of_minimum},
    {"time_of_maximum", Feature::Op::time_of_maximum},
    {"time_above", Feature::Op::time_above},
    {"time_below", Feature::Op::time_below},
    {"first_above", Feature::Op::first_above},
    {"first_below", Feature::Op::first_below},
    {"integral", Feature::Op::integral},
}};

Feature::Op op_of(const Outcome& outcome) {
    const auto found = std::find_if(op_words.begin(), op_words.end(),
                                    [&](const auto& word) { return word.first == outcome.op; });
    if (found == op_words.end())
        throw InputError(outcome.place, "op: " + outcome.op + " is not known", "such as op: maximum");
    return found->second;
}

bool gives_a_time(Feature::Op op) {
    using enum Feature::Op;
    return op == time_of_minimum || op == time_of_maximum || op == time_above || op == time_below ||
           op == first_above || op == first_below;
}

// time_above and time_below are lengths; the other times count from the start of the window's clock.
bool gives_a_moment(Feature::Op op) {
    return gives_a_time(op) && op != Feature::Op::time_above && op != Feature::Op::time_below;
}

const Visit& visit_of(const TrialStudy& study, const std::string& id) {
    const auto visit = std::find_if(study.visits.begin(), study.visits.end(),
                                    [&](const Visit& candidate) { return candidate.id == id; });
    KOHORT_CHECK(visit != study.visits.end());  // io::check_study has looked
    return *visit;
}

const Challenge& challenge_of(const TrialStudy& study, const std::string& id) {
    const auto found = std::find_if(study.challenges.begin(), study.challenges.end(),
                                    [&](const Challenge& candidate) { return candidate.id == id; });
    KOHORT_CHECK(found != study.challenges.end());
    return *found;
}

template <class Item>
std::uint32_t position_of(const std::vector<Item>& items, const std::string& id) {
    const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.id == id; });
    return static_cast<std::uint32_t>(found - items.begin());
}

/// What all columns of one outcome share.
struct Pattern {
    Feature feature;
    Column column;
};

Pattern pattern_of(const Outcome& outcome, const Symbols& symbols) {
    Pattern pattern;
    pattern.feature.op = op_of(outcome);
    pattern.column.outcome = outcome.id;
    const bool integrates = pattern.feature.op == Feature::Op::integral;
    const Symbol& symbol = symbols.require(outcome.of, {integrates ? SymbolKind::integral : SymbolKind::observable},
                                           "observable", outcome.place);
    pattern.feature.observable = symbol.index;
    std::string unit = symbol.unit;
    if (gives_a_time(pattern.feature.op)) unit = symbols.time_unit();
    if (outcome.threshold) pattern.feature.threshold = in_model_unit(*outcome.threshold, symbol.unit, outcome.of);
    pattern.column.unit = outcome.unit.empty() ? unit : outcome.unit;
    if (!outcome.unit.empty()) {
        pattern.column.convert = model_to_study(unit, outcome.unit, (integrates ? "the integral of " : "") + outcome.of,
                                                outcome.place);
    }
    if (outcome.measurement_error)
        set_error(*outcome.measurement_error, pattern.column.unit, "outcome " + outcome.id, pattern.column.measuring);
    return pattern;
}

void append(Pattern pattern, const std::string& visit, double origin, double from, double to, ColumnSet& set) {
    pattern.column.visit = visit;
    pattern.column.measuring.known_at = to;
    pattern.column.feature = static_cast<int>(set.features.size());
    if (gives_a_moment(pattern.feature.op)) pattern.column.origin = origin;
    pattern.feature.from = from;
    pattern.feature.to = to;
    set.features.push_back(pattern.feature);
    set.columns.push_back(pattern.column);
    if (pattern.column.measuring.is_perfect()) return;
    set.columns.push_back(pattern.column);
    set.columns.back().outcome += true_suffix;
    set.columns.back().measuring = {};
}

}  // namespace

double ColumnSet::last_moment() const {
    double last = 0.0;
    for (const Feature& feature : features) last = std::max(last, feature.to);
    return last;
}

void append_columns(const Outcome& outcome, const TrialStudy& study, const Symbols& symbols, Clock& clock, ColumnSet& set) {
    Pattern pattern = pattern_of(outcome, symbols);
    Measuring& measuring = pattern.column.measuring;
    measuring.key = random_key(study.seed);
    measuring.outcome = position_of(study.outcomes, outcome.id);
    measuring.dropout_rate = dropout_rate(study.dropout, symbols.time_unit());
    if (pattern.feature.op == Feature::Op::value_at) {
        for (const std::string& id : outcome.at) {
            const double time = clock.moment(visit_of(study, id).at);
            measuring.visit = position_of(study.visits, id);
            set.measurements.push_back({time, static_cast<int>(set.features.size()), outcome.before_dose});
            append(pattern, id, time, time, time, set);
        }
        return;
    }
    const auto window = [&](const std::string& visit, double origin, const Quantity& whole) {
        const double from = outcome.from ? clock.align(origin + clock.length(*outcome.from)) : origin;
        const double to = clock.align(origin + clock.length(outcome.to ? *outcome.to : whole));
        append(pattern, visit, origin, from, to, set);
    };
    if (outcome.challenge.empty()) return window("", 0.0, study.duration);
    const Challenge& challenge = challenge_of(study, outcome.challenge);
    for (const std::string& id : challenge.at) {
        measuring.visit = position_of(study.visits, id);
        window(id, clock.moment(visit_of(study, id).at), challenge.follow);
    }
}

void append_start_value(const std::string& quantity, const std::string& unit, const Symbols& symbols,
                        const Place& place, ColumnSet& set) {
    const Outcome outcome{.id = quantity,
                          .of = quantity,
                          .op = "value_at",
                          .unit = unit,
                          .at = {},
                          .challenge = {},
                          .from = {},
                          .to = {},
                          .threshold = {},
                          .measurement_error = {},
                          .place = place};
    set.measurements.push_back({0.0, static_cast<int>(set.features.size()), true});
    append(pattern_of(outcome, symbols), "", 0.0, 0.0, 0.0, set);
}

}  // namespace kohort::trial
