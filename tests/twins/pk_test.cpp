// Pharmacokinetics against closed forms. Expected values are computed here from the formulas, to double precision; the
// integration is asked for 1e-12, so 1e-8 leaves room for the interpolation of extremes.
#include "simulation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace kohort::twins {
namespace {

using Op = kernels::Feature::Op;
constexpr double relative = 1e-8;

class Pharmacokinetics : public testing::TestWithParam<kernels::Method> {
protected:
    [[nodiscard]] static Simulation simulation(const std::string& model) {
        Simulation made(shipped_model(model),
                        {.observables = {}, .integrals = {"concentration"}, .infusion_targets = {"central"}});
        made.options = {.method = GetParam(), .rtol = 1e-12, .atol = 1e-14};
        return made;
    }
    static void expect(double value, double exact) { EXPECT_NEAR(value, exact, relative * std::abs(exact)); }
};

class NonlinearPharmacokinetics : public Pharmacokinetics {};

std::string name_of(const testing::TestParamInfo<kernels::Method>& with) {
    if (with.param == kernels::Method::taylor) return "taylor";
    return with.param == kernels::Method::tsit5 ? "tsit5" : "rodas5p";
}
INSTANTIATE_TEST_SUITE_P(, Pharmacokinetics,
                         testing::Values(kernels::Method::tsit5, kernels::Method::rodas5p, kernels::Method::taylor),
                         name_of);
INSTANTIATE_TEST_SUITE_P(, NonlinearPharmacokinetics, testing::Values(kernels::Method::tsit5, kernels::Method::rodas5p),
                         name_of);

// Oral: C(t) = F D KA / (V (KA - k)) (exp(-k t) - exp(-KA t)), k = CL / V
constexpr double CL = 5, V = 50, KA = 1.2, F = 0.8, D = 100, k = CL / V;
double oral(double t) { return t < 0 ? 0 : F * D * KA / (V * (KA - k)) * (std::exp(-k * t) - std::exp(-KA * t)); }
double oral_at_steady_state(double t, double tau) {
    return F * D * KA / (V * (KA - k)) *
           (std::exp(-k * t) / -std::expm1(-k * tau) - std::exp(-KA * t) / -std::expm1(-KA * tau));
}

TEST_P(Pharmacokinetics, of_one_oral_dose) {
    Simulation twin = simulation("pk-one-compartment");
    twin.set("F", F);
    twin.bolus(0, "depot", D);
    const std::size_t t_max = twin.feature(Op::time_of_maximum, "concentration", 0, 48);
    const std::size_t c_max = twin.feature(Op::maximum, "concentration", 0, 48);
    const auto result = twin.run(0, {1, 24, 400});
    const double exact_t_max = std::log(KA / k) / (KA - k);
    EXPECT_NEAR(exact_t_max, 2.2590060453, 1e-10);  // the published table
    expect(result.features[t_max], exact_t_max);
    expect(result.features[c_max], oral(exact_t_max));
    expect(result.features[c_max], 1.2764758323);
    expect(result.of.at("concentration")[0], oral(1));
    expect(result.of.at("concentration")[1], oral(24));
    expect(result.of.at("concentration")[1], .1583440639);
    expect(result.of.at("integral(concentration)")[2], F * D / CL);  // exp(-40) is left
}

TEST_P(Pharmacokinetics, of_oral_doses_every_12_hours) {
    constexpr double tau = 12;
    constexpr int doses = 30;  // exp(-0.1 x 360) is left of the first
    constexpr double last = tau * (doses - 1);
    Simulation twin = simulation("pk-one-compartment");
    twin.set("F", F);
    for (int dose = 0; dose < doses; ++dose) twin.bolus(dose * tau, "depot", D);
    const std::size_t t_max = twin.feature(Op::time_of_maximum, "concentration", last, last + tau);
    const std::size_t c_max = twin.feature(Op::maximum, "concentration", last, last + tau);
    const std::size_t third_trough = twin.feature(Op::value_at, "concentration", 2 * tau,
                                                  2 * tau);  // a dose into the depot is not in plasma yet
    const auto result = twin.run(0, {last, last + 4, last + tau});
    const double exact_t_max = std::log(KA / k * std::expm1(-k * tau) / std::expm1(-KA * tau)) / (KA - k);
    EXPECT_NEAR(exact_t_max, 1.9332043539, 1e-10);
    expect(result.features[t_max], last + exact_t_max);
    expect(result.features[c_max], oral_at_steady_state(exact_t_max, tau));
    expect(result.features[c_max], 1.8871459563);
    expect(result.features[third_trough], oral(24) + oral(12));
    expect(result.features[third_trough], .6840638973);
    expect(result.of.at("concentration")[0], oral_at_steady_state(0, tau));
    expect(result.of.at("concentration")[0], .7523122094);
    expect(result.of.at("concentration")[1], oral_at_steady_state(4, tau));
    expect((result.of.at("integral(concentration)")[2] - result.of.at("integral(concentration)")[0]) / tau,
           F * D / (CL * tau));
}

TEST_P(Pharmacokinetics, of_an_infusion) {
    constexpr double length = 2, rate = D / length, tau = 12;
    const auto once = [](double t) {
        return rate / CL * (t <= length ? -std::expm1(-k * t) : -std::expm1(-k * length) * std::exp(-k * (t - length)));
    };
    Simulation single = simulation("pk-one-compartment");
    single.infusion(0, "central", rate, length);
    const auto result = single.run(0, {1, 2, 8});
    expect(result.of.at("concentration")[0], once(1));
    expect(result.of.at("concentration")[0], .9516258196);
    expect(result.of.at("concentration")[1], once(2));
    expect(result.of.at("concentration")[2], once(8));

    constexpr int doses = 30;
    constexpr double last = tau * (doses - 1);
    Simulation repeated = simulation("pk-one-compartment");
    for (int dose = 0; dose < doses; ++dose) repeated.infusion(dose * tau, "central", rate, length);
    const auto steady = repeated.run(0, {last, last + length});
    const double peak = rate / CL * std::expm1(-k * length) / std::expm1(-k * tau);
    EXPECT_NEAR(peak, 2.5939860547, 1e-10);
    expect(steady.of.at("concentration")[0], peak * std::exp(-k * (tau - length)));
    expect(steady.of.at("concentration")[0], .9542741402);
    expect(steady.of.at("concentration")[1], peak);
}

TEST_P(Pharmacokinetics, of_two_compartments) {
    constexpr double V1 = 20, Q = 8, V2 = 60, tau = 12;
    const double k10 = CL / V1, k12 = Q / V1, k21 = Q / V2;
    const double sum = k10 + k12 + k21, root = std::sqrt(sum * sum - 4 * k10 * k21);
    const double alpha = (sum + root) / 2, beta = 2 * k10 * k21 / (sum + root);
    EXPECT_NEAR(alpha, .738177048105, 1e-12);
    EXPECT_NEAR(beta, .045156285228, 1e-12);
    const double A = D / V1 * (alpha - k21) / (alpha - beta), B = D / V1 * (k21 - beta) / (alpha - beta);
    const auto once = [&](double t) { return A * std::exp(-alpha * t) + B * std::exp(-beta * t); };
    Simulation single = simulation("pk-two-compartment");
    single.bolus(0, "central", D);
    const auto result = single.run(0, {1, 6, 24, 900});
    expect(result.of.at("concentration")[0], once(1));
    expect(result.of.at("concentration")[0], 2.6939291122);
    expect(result.of.at("concentration")[1], once(6));
    expect(result.of.at("concentration")[2], once(24));
    expect(result.of.at("concentration")[2], .215234794567);
    expect(result.of.at("integral(concentration)")[3], D / CL);  // exp(-40) is left

    constexpr int doses = 60;
    constexpr double last = tau * (doses - 1);
    Simulation repeated = simulation("pk-two-compartment");
    for (int dose = 0; dose < doses; ++dose) repeated.bolus(dose * tau, "central", D);
    const auto steady = repeated.run(0, {last, last + tau});
    const double peak = A / -std::expm1(-alpha * tau) + B / -std::expm1(-beta * tau);
    EXPECT_NEAR(peak, 5.8851508966, 1e-10);
    expect(steady.of.at("concentration")[0], peak);
    expect(steady.of.at("concentration")[1], peak - D / V1);
}

// Km ln(C0 / C) + C0 - C = Vmax t, solved by Newton's method for ln C
double michaelis_menten(double C0, double Vmax, double Km, double t) {
    double x = std::log(C0) - Vmax * t / (Km + C0);
    for (int step = 0; step < 100; ++step)
        x += (Km * (std::log(C0) - x) + C0 - std::exp(x) - Vmax * t) / (Km + std::exp(x));
    return std::exp(x);
}

TEST_P(NonlinearPharmacokinetics, with_saturable_elimination) {
    constexpr double C0 = 20, Vmax = 2, Km = 3;
    EXPECT_NEAR(michaelis_menten(C0, Vmax, Km, 15), .586736283822, 1e-12);
    Simulation twin = simulation("pk-michaelis-menten");
    twin.bolus(0, "central", C0 * V);
    const std::vector<double> times{1, 5, 10, 15, 20, 100};
    const auto result = twin.run(0, times);
    for (std::size_t time = 0; time < 5; ++time)
        expect(result.of.at("concentration")[time], michaelis_menten(C0, Vmax, Km, times[time]));
    expect(result.of.at("concentration")[4], .025239437216);
    expect(result.of.at("integral(concentration)")[5], C0 * C0 / (2 * Vmax) + Km * C0 / Vmax);  // 130; exp(-2/3 x 80) is left
}

TEST_P(NonlinearPharmacokinetics, of_an_indirect_response_to_constant_inhibition) {
    constexpr double inhibition = 0.7, kout = 0.1;
    Simulation twin = simulation("pk-indirect-response");
    twin.set("inhibition", inhibition);
    const std::vector<double> times{1, 6, 24, 100};
    const auto result = twin.run(0, times);
    for (std::size_t time = 0; time < times.size(); ++time) {
        expect(result.of.at("response_ratio")[time], 1 - inhibition + inhibition * std::exp(-kout * times[time]));
    }
}

}  // namespace
}  // namespace kohort::twins
