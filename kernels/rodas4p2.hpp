// Rodas4P2: as Rodas4, but made so that its order does not fall where a stiff part of the solution follows something that varies (as the
// problem of Prothero and Robinson does): larger steps at tight tolerances.
// Steinebach, Improvement of Rosenbrock-Wanner method RODASP, in: Progress in Differential-Algebraic Equations II, Springer, 2020,
// doi:10.1007/978-3-030-53905-4_6; same form as rodas4.hpp.
#pragma once

namespace kohort::kernels {

struct Rodas4P2 {
    static constexpr int n_stages = 6;
    static constexpr int error_order = 4;
    static constexpr int n_dense = 2;
    static constexpr int n_rows = 5;
    static constexpr double gamma = 0.25;
    static constexpr double alpha[n_stages] = {0.0, 0.75, 0.321448134013046, 0.519745732277726, 1.0, 1.0};
    static constexpr double d[n_stages] = {0.25, -0.5, -0.189532918363016, 0.085612108792769, 0.0, 0.0};
    static constexpr double a[n_rows][n_stages] = {
        {},
        {3.0},
        {0.906377755268814, -0.189707390391685},
        {3.758617027739064, 1.161741776019525, -0.849258085312803},
        {7.089566927282776, 4.573591406461604, -8.423496976860259, -0.959280113459775},
    };
    static constexpr double c[n_stages][n_stages] = {
        {},
        {-12.0},
        {-6.354581592719008, 0.338972550544623},
        {-8.575016317114033, -7.606483992117508, 12.224997650124820},
        {-5.888975457523102, -8.157396617841821, 24.805546872612922, 12.790401512796979},
        {-4.408651676063871, -6.692003137674639, 24.625568527593117, 16.627521966636085, -5.714285714285718},
    };
    static constexpr double dense[n_dense][n_stages] = {
        {-5.323528268423303, -10.042123754867493, 17.175254928256965, -5.079931171878093, -0.016185991706112},
        {6.984505741529879, 6.914061169603662, -0.849178943070653, 18.104410789349338, -3.516963011559032},
    };
};

}  // namespace kohort::kernels
