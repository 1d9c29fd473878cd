// Rodas4: a stiffly accurate, L-stable Rosenbrock method of order 4 with an embedded one of order 3 and dense output.
// Hairer and Wanner, Solving Ordinary Differential Equations II, 2nd ed., 1996, section IV.10; constants of their code RODAS, method 1.
#pragma once

namespace kohort::kernels {

/// (1/(gamma h) I - J) u_i = f(t + alpha_i h, y + sum a_ij u_j) + sum c_ij u_j / h + d_i h f_t
/// Rows of a beyond the last are the row before plus u_(i-1); the new state is the last such sum plus the last u,
/// which is also the estimate of its error.
struct Rodas4 {
    static constexpr int n_stages = 6;
    static constexpr int error_order = 4;  // the estimated error falls with this power of the step
    static constexpr int n_dense = 2;      // terms of the dense output
    static constexpr int n_rows = 5;       // stages with a row in a
    static constexpr double gamma = 0.25;
    static constexpr double alpha[n_stages] = {0.0, 0.386, 0.21, 0.63, 1.0, 1.0};
    static constexpr double d[n_stages] = {0.25, -0.1043, 0.1035, -0.03620000000000023, 0.0, 0.0};
    static constexpr double a[n_rows][n_stages] = {
        {},
        {1.544},
        {0.9466785280815826, 0.2557011698983284},
        {3.314825187068521, 2.896124015972201, 0.9986419139977817},
        {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950},
    };
    static constexpr double c[n_stages][n_stages] = {
        {},
        {-5.6688},
        {-2.430093356833875, -0.2063599157091915},
        {-0.1073529058151375, -9.594562251023355, -20.47028614809616},
        {7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160},
        {8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054},
    };
    static constexpr double dense[n_dense][n_stages] = {
        {10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662},
        {-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872},
    };
};

}  // namespace kohort::kernels
