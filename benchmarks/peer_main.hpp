// Turns a generated struct into a peer's functions: KOHORT_PEER(Model) at the end of a generated file.
#pragma once

#include "benchmarks/peer_functions.hpp"

#define KOHORT_PEER(Model)                                                                                         \
    extern "C" __attribute__((visibility("default"))) const kohort::benchmarks::PeerFunctions* kohort_peer() {     \
        static constexpr kohort::benchmarks::PeerFunctions functions{                                              \
            .n_hoisted = Model::sizes().n_hoisted,                                                                 \
            .n_events = Model::sizes().n_events,                                                                   \
            .hoist = [](const double* p, const double* u, double* h) { Model{}.hoist(p, u, h); },                  \
            .initial = [](double t, const double* p, const double* u, double* y) { Model{}.initial(t, p, u, y); }, \
            .rhs = [](double t, const double* y, const double* p, const double* u, const double* h,                \
                      double* dy) { Model{}.rhs(t, y, p, u, h, dy); },                                             \
            .jacobian = [](double t, const double* y, const double* p, const double* u, const double* h,           \
                           double* jac) { Model{}.jacobian(t, y, p, u, h, jac); },                                 \
            .conditions = [](double t, const double* y, const double* p, const double* u, const double* h,         \
                             double* c) { Model{}.conditions(t, y, p, u, h, c); },                                 \
            .fire = [](int event, double t, const double* y_before, const double* p_before, const double* u,       \
                       double* y, double* p) { Model{}.fire(event, t, y_before, p_before, u, y, p); },             \
            .observe = [](double t, const double* y, const double* p, const double* u, const double* h,            \
                          double* o) { Model{}.observe(t, y, p, u, h, o); },                                       \
        };                                                                                                         \
        return &functions;                                                                                         \
    }
