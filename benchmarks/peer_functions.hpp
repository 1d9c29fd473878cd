// What a peer calls of a compiled model.
#pragma once

namespace kohort::benchmarks {

/// What a peer's shared object exports (peer_main.hpp makes it). Arrays are one twin's, side by side.
struct PeerFunctions {
    int n_hoisted;
    int n_events;
    void (*hoist)(const double* p, const double* u, double* h);
    void (*initial)(double t, const double* p, const double* u, double* y);
    void (*rhs)(double t, const double* y, const double* p, const double* u, const double* h, double* dy);
    void (*jacobian)(double t, const double* y, const double* p, const double* u, const double* h, double* jac);
    void (*conditions)(double t, const double* y, const double* p, const double* u, const double* h, double* condition);
    void (*fire)(int event, double t, const double* y_before, const double* p_before, const double* u, double* y, double* p);
    void (*observe)(double t, const double* y, const double* p, const double* u, const double* h, double* o);
};

}  // namespace kohort::benchmarks
