// Small models written by hand, with what an integrator asks of a model (kernels/model_concept.hpp).
#pragma once

#include "base/lane_math.hpp"
#include "base/model_sizes.hpp"

namespace kohort::kernels::test {

/// No events, inputs or hoisted values; every state observed; a full Jacobian, row by row, and LU without pivoting.
template <int n>
struct FullModel {
    static constexpr ModelSizes full_sizes() {
        return {.n_states = n, .n_observables = n, .n_jacobian = n * n, .n_lu = n * n};
    }
    template <class V>
    void hoist(const V*, const V*, V*) const {}
    template <class V>
    void time_derivative(V, const V*, const V*, const V*, const V*, V* ft) const {
        for (int state = 0; state < n; ++state) ft[state] = V(0.0);
    }
    template <class V>
    void roots(V, const V*, const V*, const V*, const V*, V*) const {}
    template <class V>
    void conditions(V, const V*, const V*, const V*, const V*, V*) const {}
    void fire(int, double, const double*, const double*, const double*, double*, double*) const {}
    template <class V>
    void observe(V, const V* y, const V*, const V*, const V*, V* o) const {
        for (int state = 0; state < n; ++state) o[state] = y[state];
    }
    template <class V>
    void observe_rate(V, const V*, const V*, const V*, const V*, V* od) const {
        for (int state = 0; state < n; ++state) od[state] = V(0.0);
    }
    template <class V>
    void factor(V inverse_gamma_h, const V* jac, V* lu) const {
        for (int i = 0; i < n * n; ++i) lu[i] = -jac[i];
        for (int i = 0; i < n; ++i) lu[i * n + i] += inverse_gamma_h;
        for (int pivot = 0; pivot < n; ++pivot) {
            for (int row = pivot + 1; row < n; ++row) {
                lu[row * n + pivot] = lu[row * n + pivot] / lu[pivot * n + pivot];
                for (int column = pivot + 1; column < n; ++column) {
                    lu[row * n + column] -= lu[row * n + pivot] * lu[pivot * n + column];
                }
            }
        }
    }
    template <class V>
    void solve(const V* lu, V* b) const {
        for (int row = 0; row < n; ++row) {
            for (int column = 0; column < row; ++column) b[row] -= lu[row * n + column] * b[column];
        }
        for (int row = n - 1; row >= 0; --row) {
            for (int column = row + 1; column < n; ++column) b[row] -= lu[row * n + column] * b[column];
            b[row] = b[row] / lu[row * n + row];
        }
    }
    template <class V>
    void jacobian_times(const V* jac, const V* x, V* product) const {
        for (int row = 0; row < n; ++row) {
            product[row] = V(0.0);
            for (int column = 0; column < n; ++column) product[row] += jac[row * n + column] * x[column];
        }
    }
};

/// y' = -p0 y, y(0) = p1
struct Decay : FullModel<1> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_parameters = 2;
        return sizes;
    }
    template <class V>
    void initial(V, const V* p, const V*, V* y) const {
        y[0] = p[1];
    }
    template <class V>
    void rhs(V, const V* y, const V* p, const V*, const V*, V* dy) const {
        dy[0] = -p[0] * y[0];
    }
    template <class V>
    void jacobian(V, const V*, const V* p, const V*, const V*, V* jac) const {
        jac[0] = -p[0];
    }
};

/// y' = -2 t y^2, y = 1 / (1 + t^2): nonlinear, and time enters explicitly
struct Bell : FullModel<1> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.autonomous = false;
        return sizes;
    }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = V(1.0);
    }
    template <class V>
    void rhs(V t, const V* y, const V*, const V*, const V*, V* dy) const {
        dy[0] = V(-2.0) * t * y[0] * y[0];
    }
    template <class V>
    void jacobian(V t, const V* y, const V*, const V*, const V*, V* jac) const {
        jac[0] = V(-4.0) * t * y[0];
    }
    template <class V>
    void time_derivative(V, const V* y, const V*, const V*, const V*, V* ft) const {
        ft[0] = V(-2.0) * y[0] * y[0];
    }
};

/// y' = -1000 (y - sin(t + 1)) + cos(t + 1), y = sin(t + 1): Prothero and Robinson's problem
struct ProtheroRobinson : FullModel<1> {
    static constexpr double steepness = -1000.0;
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.autonomous = false;
        return sizes;
    }
    template <class V>
    void initial(V t, const V*, const V*, V* y) const {
        y[0] = math::sin(t + V(1.0));
    }
    template <class V>
    void rhs(V t, const V* y, const V*, const V*, const V*, V* dy) const {
        dy[0] = fma(V(steepness), y[0] - math::sin(t + V(1.0)), math::cos(t + V(1.0)));
    }
    template <class V>
    void jacobian(V, const V*, const V*, const V*, const V*, V* jac) const {
        jac[0] = V(steepness);
    }
    template <class V>
    void time_derivative(V t, const V*, const V*, const V*, const V*, V* ft) const {
        ft[0] = fma(V(-steepness), math::cos(t + V(1.0)), -math::sin(t + V(1.0)));
    }
};

/// Two coupled linear states with eigenvalues -1 and -1000: y0 = e^-t + e^-1000t, y1 = e^-t - e^-1000t
struct StiffLinear : FullModel<2> {
    static constexpr ModelSizes sizes() { return full_sizes(); }
    static constexpr double a = -500.5;
    static constexpr double b = 499.5;
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = V(2.0);
        y[1] = V(0.0);
    }
    template <class V>
    void rhs(V, const V* y, const V*, const V*, const V*, V* dy) const {
        dy[0] = V(a) * y[0] + V(b) * y[1];
        dy[1] = V(b) * y[0] + V(a) * y[1];
    }
    template <class V>
    void jacobian(V, const V*, const V*, const V*, const V*, V* jac) const {
        jac[0] = V(a);
        jac[1] = V(b);
        jac[2] = V(b);
        jac[3] = V(a);
    }
};

/// Robertson's chemical reaction (Mazzia and Magherini, Test Set for IVP Solvers, release 2.4: ROBER)
struct Robertson : FullModel<3> {
    static constexpr ModelSizes sizes() { return full_sizes(); }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = V(1.0);
        y[1] = V(0.0);
        y[2] = V(0.0);
    }
    template <class V>
    void rhs(V, const V* y, const V*, const V*, const V*, V* dy) const {
        const V slow = V(0.04) * y[0];
        const V fast = V(1e4) * y[1] * y[2];
        const V pair = V(3e7) * y[1] * y[1];
        dy[0] = fast - slow;
        dy[1] = slow - fast - pair;
        dy[2] = pair;
    }
    template <class V>
    void jacobian(V, const V* y, const V*, const V*, const V*, V* jac) const {
        jac[0] = V(-0.04);
        jac[1] = V(1e4) * y[2];
        jac[2] = V(1e4) * y[1];
        jac[3] = V(0.04);
        jac[4] = V(-1e4) * y[2] - V(6e7) * y[1];
        jac[5] = V(-1e4) * y[1];
        jac[6] = V(0.0);
        jac[7] = V(6e7) * y[1];
        jac[8] = V(0.0);
    }
};

/// High irradiance responses of photomorphogenesis (the same test set: HIRES)
struct Hires : FullModel<8> {
    static constexpr ModelSizes sizes() { return full_sizes(); }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        for (int state = 0; state < 8; ++state) y[state] = V(0.0);
        y[0] = V(1.0);
        y[7] = V(0.0057);
    }
    template <class V>
    void rhs(V, const V* y, const V*, const V*, const V*, V* dy) const {
        const V bound = V(280.0) * y[5] * y[7];
        dy[0] = V(-1.71) * y[0] + V(0.43) * y[1] + V(8.32) * y[2] + V(0.0007);
        dy[1] = V(1.71) * y[0] - V(8.75) * y[1];
        dy[2] = V(-10.03) * y[2] + V(0.43) * y[3] + V(0.035) * y[4];
        dy[3] = V(8.32) * y[1] + V(1.71) * y[2] - V(1.12) * y[3];
        dy[4] = V(-1.745) * y[4] + V(0.43) * y[5] + V(0.43) * y[6];
        dy[5] = -bound + V(0.69) * y[3] + V(1.71) * y[4] - V(0.43) * y[5] + V(0.69) * y[6];
        dy[6] = bound - V(1.81) * y[6];
        dy[7] = -bound + V(1.81) * y[6];
    }
    template <class V>
    void jacobian(V, const V* y, const V*, const V*, const V*, V* jac) const {
        for (int i = 0; i < 64; ++i) jac[i] = V(0.0);
        const auto at = [&](int row, int column) -> V& { return jac[row * 8 + column]; };
        at(0, 0) = V(-1.71);
        at(0, 1) = V(0.43);
        at(0, 2) = V(8.32);
        at(1, 0) = V(1.71);
        at(1, 1) = V(-8.75);
        at(2, 2) = V(-10.03);
        at(2, 3) = V(0.43);
        at(2, 4) = V(0.035);
        at(3, 1) = V(8.32);
        at(3, 2) = V(1.71);
        at(3, 3) = V(-1.12);
        at(4, 4) = V(-1.745);
        at(4, 5) = V(0.43);
        at(4, 6) = V(0.43);
        at(5, 3) = V(0.69);
        at(5, 4) = V(1.71);
        at(5, 5) = V(-0.43) - V(280.0) * y[7];
        at(5, 6) = V(0.69);
        at(5, 7) = V(-280.0) * y[5];
        at(6, 5) = V(280.0) * y[7];
        at(6, 6) = V(-1.81);
        at(6, 7) = V(280.0) * y[5];
        at(7, 5) = V(-280.0) * y[7];
        at(7, 6) = V(1.81);
        at(7, 7) = V(-280.0) * y[5];
    }
};

/// Van der Pol's oscillator, mu = 1000 (the same test set: VDPOL with eps = 1e-6, in the time of mu = 1000)
struct VanDerPol : FullModel<2> {
    static constexpr ModelSizes sizes() { return full_sizes(); }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = V(2.0);
        y[1] = V(0.0);
    }
    template <class V>
    void rhs(V, const V* y, const V*, const V*, const V*, V* dy) const {
        dy[0] = y[1];
        dy[1] = V(1000.0) * (V(1.0) - y[0] * y[0]) * y[1] - y[0];
    }
    template <class V>
    void jacobian(V, const V* y, const V*, const V*, const V*, V* jac) const {
        jac[0] = V(0.0);
        jac[1] = V(1.0);
        jac[2] = V(-2000.0) * y[0] * y[1] - V(1.0);
        jac[3] = V(1000.0) * (V(1.0) - y[0] * y[0]);
    }
};

/// One compartment with absorption and infusion: depot, central [mg], area [mg/L h]; observes concentration [mg/L] and area.
/// p: CL [L/h], V [L], KA [1/h]; u: infusion rate [mg/h]; h: CL / V
struct OralPk : FullModel<3> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_integrals = 1;
        sizes.n_parameters = 3;
        sizes.n_inputs = 1;
        sizes.n_hoisted = 1;
        sizes.n_observables = 2;
        sizes.affine = true;
        return sizes;
    }
    template <class V>
    void hoist(const V* p, const V*, V* h) const {
        h[0] = p[0] / p[1];
    }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = y[1] = y[2] = V(0.0);
    }
    template <class V>
    void rhs(V, const V* y, const V* p, const V* u, const V* h, V* dy) const {
        dy[0] = -p[2] * y[0];
        dy[1] = p[2] * y[0] - h[0] * y[1] + u[0];
        dy[2] = y[1] / p[1];
    }
    template <class V>
    void jacobian(V, const V*, const V* p, const V*, const V* h, V* jac) const {
        for (int i = 0; i < 9; ++i) jac[i] = V(0.0);
        jac[0] = -p[2];
        jac[3] = p[2];
        jac[4] = -h[0];
        jac[7] = V(1.0) / p[1];
    }
    template <class V>
    void observe(V, const V* y, const V* p, const V*, const V*, V* o) const {
        o[0] = y[1] / p[1];
        o[1] = y[2];
    }
    template <class V>
    void observe_rate(V, const V* y, const V* p, const V* u, const V* h, V* od) const {
        od[0] = (p[2] * y[0] - h[0] * y[1] + u[0]) / p[1];
        od[1] = y[1] / p[1];
    }
};

/// Two compartments with a bolus into the first: central, peripheral [mg]; observes concentration. p: CL, V1, Q, V2
struct TwoCompartments : FullModel<2> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_parameters = 4;
        sizes.n_observables = 1;
        sizes.affine = true;
        return sizes;
    }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = y[1] = V(0.0);
    }
    template <class V>
    void rhs(V, const V* y, const V* p, const V*, const V*, V* dy) const {
        const V exchange = p[2] * (y[0] / p[1] - y[1] / p[3]);
        dy[0] = -p[0] * y[0] / p[1] - exchange;
        dy[1] = exchange;
    }
    template <class V>
    void jacobian(V, const V*, const V* p, const V*, const V*, V* jac) const {
        jac[0] = -(p[0] + p[2]) / p[1];
        jac[1] = p[2] / p[3];
        jac[2] = p[2] / p[1];
        jac[3] = -p[2] / p[3];
    }
    template <class V>
    void observe(V, const V* y, const V* p, const V*, const V*, V* o) const {
        o[0] = y[0] / p[1];
    }
};

/// C' = -p0 C / (p1 + C), C(0) = p2; the second state is the area under C
struct MichaelisMenten : FullModel<2> {
    static constexpr ModelSizes sizes() {
        ModelSizes sizes = full_sizes();
        sizes.n_parameters = 3;
        sizes.n_integrals = 1;
        return sizes;
    }
    template <class V>
    void initial(V, const V* p, const V*, V* y) const {
        y[0] = p[2];
        y[1] = V(0.0);
    }
    template <class V>
    void rhs(V, const V* y, const V* p, const V*, const V*, V* dy) const {
        dy[0] = -p[0] * y[0] / (p[1] + y[0]);
        dy[1] = y[0];
    }
    template <class V>
    void jacobian(V, const V* y, const V* p, const V*, const V*, V* jac) const {
        const V sum = p[1] + y[0];
        jac[0] = -p[0] * p[1] / (sum * sum);
        jac[1] = V(0.0);
        jac[2] = V(1.0);
        jac[3] = V(0.0);
    }
};

/// y' = y^2, y(0) = 1: infinite at t = 1
struct BlowUp : FullModel<1> {
    static constexpr ModelSizes sizes() { return full_sizes(); }
    template <class V>
    void initial(V, const V*, const V*, V* y) const {
        y[0] = V(1.0);
    }
    template <class V>
    void rhs(V, const V* y, const V*, const V*, const V*, V* dy) const {
        dy[0] = y[0] * y[0];
    }
    template <class V>
    void jacobian(V, const V* y, const V*, const V*, const V*, V* jac) const {
        jac[0] = V(2.0) * y[0];
    }
};

}  // namespace kohort::kernels::test
