#include "cvode_past.hpp"

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_context.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace kohort::conformance {

CvodePast::CvodePast(const std::vector<codegen::LookedUp>& lookups) {
    for (const codegen::LookedUp& lookup : lookups) {
        const auto state = static_cast<std::size_t>(lookup.rule.state);
        if (std::ranges::find(states_, state) == states_.end()) states_.push_back(state);
    }
}

void CvodePast::begin(double t, const double* y) {
    begin_ = t;
    for (const std::size_t state : states_) start_.push_back(y[state]);
}

void CvodePast::add(void* cvode, double t, std::size_t n_states) {
    if (states_.empty()) return;
    int order = 0;
    CVodeGetLastOrder(cvode, &order);
    const auto n_terms = static_cast<std::size_t>(order) + 1;
    steps_.push_back({.end = t, .n_terms = n_terms, .first_term = terms_.size()});
    terms_.resize(terms_.size() + states_.size() * n_terms);

    const sundials::Context context;
    const N_Vector derivative = N_VNew_Serial(static_cast<sunindextype>(n_states), context);
    double factorial = 1.0;
    for (std::size_t term = 0; term < n_terms; ++term) {
        if (term > 1) factorial *= static_cast<double>(term);
        if (CVodeGetDky(cvode, t, static_cast<int>(term), derivative) != CV_SUCCESS)
            throw std::runtime_error("CVODE: no derivative of the step made");
        for (std::size_t column = 0; column < states_.size(); ++column)
            terms_[steps_.back().first_term + column * n_terms + term] = N_VGetArrayPointer(derivative)[states_[column]] /
                                                                         factorial;
    }
    N_VDestroy(derivative);
}

double CvodePast::value(const Lookup& lookup, double then, double now, const double* y) const {
    const auto state = static_cast<std::size_t>(lookup.state);
    if (then >= now && !lookup.is_rate) return y[state];
    const auto column = static_cast<std::size_t>(std::ranges::find(states_, state) - states_.begin());
    if (then < begin_ || steps_.empty()) return lookup.is_rate ? 0.0 : start_[column];
    auto step = std::ranges::lower_bound(steps_, then, {}, &Step::end);
    if (step == steps_.end()) --step;
    const double* const terms = &terms_[step->first_term + column * step->n_terms];
    double value = 0.0;
    for (std::size_t term = step->n_terms; term-- > (lookup.is_rate ? 1U : 0U);)
        value = value * (then - step->end) + terms[term] * (lookup.is_rate ? static_cast<double>(term) : 1.0);
    return value;
}

}  // namespace kohort::conformance
