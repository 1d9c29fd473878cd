#include "trial/t_test.hpp"

#include "trial/student.hpp"

#include <cmath>

namespace kohort::trial {

namespace {

struct Moments {
    double n = 0;
    double mean = 0;
    double sum_of_squares = 0;  // of deviations from the mean
};

Moments moments(std::span<const double> values) {
    Moments m{.n = static_cast<double>(values.size())};
    double sum = 0;
    for (const double value : values) sum += value;
    m.mean = sum / m.n;
    double sum_of_deviations = 0;  // zero but for rounding; corrects the squares (corrected two-pass: Chan, Golub & LeVeque 1983)
    for (const double value : values) {
        sum_of_deviations += value - m.mean;
        m.sum_of_squares += (value - m.mean) * (value - m.mean);
    }
    m.sum_of_squares -= sum_of_deviations * sum_of_deviations / m.n;
    return m;
}

}  // namespace

Effect t_test(std::span<const double> arm, std::span<const double> reference, Variance variance, double alpha) {
    Effect effect{.n_arm = std::ssize(arm), .n_reference = std::ssize(reference)};
    if (arm.size() < 2 || reference.size() < 2) {
        effect.reason = "fewer than 2 values in an arm";
        return effect;
    }
    const Moments a = moments(arm);
    const Moments r = moments(reference);
    effect.value_arm = a.mean;
    effect.value_reference = r.mean;
    effect.estimate = a.mean - r.mean;
    if (variance == Variance::pooled) {
        effect.df = a.n + r.n - 2;
        const double pooled = (a.sum_of_squares + r.sum_of_squares) / effect.df;
        effect.standard_error = std::sqrt(pooled * (1 / a.n + 1 / r.n));
    } else {
        const double of_arm = a.sum_of_squares / (a.n - 1) / a.n;
        const double of_reference = r.sum_of_squares / (r.n - 1) / r.n;
        const double sum = of_arm + of_reference;
        effect.standard_error = std::sqrt(sum);
        effect.df = sum * sum / (of_arm * of_arm / (a.n - 1) + of_reference * of_reference / (r.n - 1));
    }
    // Values that agree but for rounding vary by nothing that could be tested.
    if (!(effect.standard_error > 1e-14 * (std::abs(a.mean) + std::abs(r.mean)))) {
        effect.reason = "the values do not vary within the arms";
        return effect;
    }
    effect.statistic = effect.estimate / effect.standard_error;
    effect.p_value = t_two_sided_p(effect.statistic, effect.df);
    const double half_width = t_critical(alpha, effect.df) * effect.standard_error;
    effect.lower = effect.estimate - half_width;
    effect.upper = effect.estimate + half_width;
    return effect;
}

}  // namespace kohort::trial
