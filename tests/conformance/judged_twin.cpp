#include "judged_twin.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace kohort::conformance {

JudgedTwin::JudgedTwin(const Run& run)
    : parameters(run.parameters),
      past(run.program.lookups),
      run_(run),
      inputs_(run.inputs),
      hoisted_(static_cast<std::size_t>(run.model.sizes().n_hoisted)) {
    inputs_.resize(run.inputs.size() + run.program.lookups.size());
    hoist();
}

double JudgedTwin::delay(std::size_t place, double t, const double* y) const {
    double result = 0.0;
    run_.model.delay(static_cast<int>(place), t, y, parameters.data(), inputs_.data(), hoisted_.data(), &result);
    return result;
}

void JudgedTwin::look_back(double t, const double* y) {
    for (std::size_t place = 0; place < run_.program.lookups.size(); ++place)
        inputs_[run_.inputs.size() + place] = past.value(run_.program.lookups[place].rule, t - delay(place, t, y), t, y);
}

double JudgedTwin::shortest_delay(double t, const double* y) {
    double shortest = HUGE_VAL;
    look_back(t, y);
    for (std::size_t place = 0; place < run_.program.lookups.size(); ++place) {
        if (run_.program.lookups[place].rule.feeds_back) shortest = std::min(shortest, delay(place, t, y));
    }
    return shortest;
}

void JudgedTwin::rates(double t, const double* y, double* rate) {
    look_back(t, y);
    run_.model.rhs(t, y, parameters.data(), inputs_.data(), hoisted_.data(), rate);
}

void JudgedTwin::jacobian(double t, const double* y, double* entries) {
    look_back(t, y);
    run_.model.jacobian(t, y, parameters.data(), inputs_.data(), hoisted_.data(), entries);
}

void JudgedTwin::roots(double t, const double* y, double* root) {
    look_back(t, y);
    run_.model.roots(t, y, parameters.data(), inputs_.data(), hoisted_.data(), root);
}

void JudgedTwin::conditions(double t, const double* y, double* condition) {
    look_back(t, y);
    run_.model.conditions(t, y, parameters.data(), inputs_.data(), hoisted_.data(), condition);
}

void JudgedTwin::observe(double t, const double* y, double* observed) {
    look_back(t, y);
    run_.model.observe(t, y, parameters.data(), inputs_.data(), hoisted_.data(), observed);
}

}  // namespace kohort::conformance
