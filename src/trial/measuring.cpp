#include "trial/measuring.hpp"

#include "trial/model_units.hpp"

#include <cmath>

namespace kohort::trial {

namespace {

double share_of(const Quantity& quantity, const std::string& word) {
    const double share = value_in(quantity, "1");
    if (share >= 0.0 && share < 1.0) return share;
    throw InputError(quantity.place, word + " must be at least 0 % and below 100 %", "such as " + word + ": 20 %");
}

}  // namespace

bool Measuring::is_lost(std::int64_t twin_id) const {
    return dropout_rate > 0.0 && known_at > time_of_dropout(key, dropout_rate, twin_id);
}

double Measuring::reported(double truth, std::int64_t twin_id) const {
    if (is_lost(twin_id)) return std::numeric_limits<double>::quiet_NaN();
    if (!has_error()) return truth;
    const double score = normal(key, {.twin = twin_id, .purpose = Purpose::assay_noise, .occasion = visit, .draw = outcome});
    return truth + std::hypot(sd, cv * truth) * score;
}

double time_of_dropout(RandomKey key, double rate, std::int64_t twin_id) {
    if (!(rate > 0.0)) return std::numeric_limits<double>::infinity();
    return -std::log(uniform(key, {.twin = twin_id, .purpose = Purpose::dropout})) / rate;
}

double dropout_rate(const std::optional<Dropout>& dropout, const std::string& time_unit) {
    if (!dropout) return 0.0;
    if (dropout->rate) {
        const double rate = in_model_unit(*dropout->rate, "1/(" + time_unit + ")", "the rate of dropout");
        if (rate >= 0.0) return rate;
        throw InputError(dropout->rate->place, "a rate of dropout cannot be negative", "such as rate: 10 %/year");
    }
    return -std::log1p(-share_of(*dropout->share, "share")) / value_in(*dropout->by, time_unit);
}

void set_error(const MeasurementError& error, const std::string& unit, const std::string& what, Measuring& measuring) {
    const auto require_positive = [](double value, const Quantity& quantity, const char* word) {
        if (!(value >= 0.0))
            throw InputError(quantity.place, std::string(word) + " of a measurement cannot be negative",
                             "give its size");
        return value;
    };
    if (error.sd) {
        const UnitConverter convert = study_to_model(error.sd->unit, unit, "the error of " + what, error.sd->place);
        measuring.sd = require_positive(convert.difference(error.sd->value), *error.sd, "sd");
    }
    if (error.cv) {
        require_absolute(unit, "a cv of " + what, error.cv->place);
        measuring.cv = require_positive(value_in(*error.cv, "1"), *error.cv, "cv");
    }
}

}  // namespace kohort::trial
