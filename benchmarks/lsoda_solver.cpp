// LSODA as compiled into R's deSolve (Soetaert, Petzoldt, Setzer 2010, doi:10.18637/jss.v033.i09), called without R.
#include "benchmarks/peer_model.hpp"
#include "benchmarks/solver.hpp"

#include <dlfcn.h>

#include <algorithm>

// What LSODA says through R when it fails: R is not running here, and the status tells enough.
extern "C" void Rprintf(const char*, ...) {}
extern "C" void Rf_warning(const char*, ...) {}

namespace kohort::benchmarks {
namespace {

using Rates = void (*)(int* n, double* t, double* y, double* rate, double* rpar, int* ipar);
using Jacobian = void (*)(int* n, double* t, double* y, int* ml, int* mu, double* matrix, int* n_rows, double* rpar,
                          int* ipar);
using Lsoda = void (*)(Rates, int* n, double* y, double* t, double* to, int* itol, double* rtol, double* atol,
                       int* itask, int* istate, int* iopt, double* rwork, int* lrw, int* iwork, int* liw, Jacobian,
                       int* jt, double* rpar, int* ipar);

Lsoda find_lsoda() {
    for (const char* folder : {"/usr/lib/R/site-library", "/usr/lib/R/library", "/usr/local/lib/R/site-library"}) {
        void* const library = dlopen((std::string(folder) + "/deSolve/libs/deSolve.so").c_str(), RTLD_LAZY | RTLD_GLOBAL);
        if (library == nullptr) continue;
        if (void* const address = dlsym(library, "dlsoda_")) return reinterpret_cast<Lsoda>(address);
    }
    return nullptr;
}

thread_local PeerModel* current = nullptr;           // LSODA hands no pointer through
thread_local std::vector<double>* values = nullptr;  // (n_jacobian)

void rates(int*, double* t, double* y, double* rate, double*, int*) { current->rhs(*t, y, rate); }

void jacobian(int* n, double* t, double* y, int*, int*, double* matrix, int* n_rows, double*, int*) {
    current->jacobian(*t, y, values->data());
    const auto& entries = current->problem().program.jacobian;
    std::fill_n(matrix, static_cast<std::size_t>(*n_rows) * static_cast<std::size_t>(*n), 0.0);
    for (std::size_t index = 0; index < entries.size(); ++index)
        matrix[entries[index].column * static_cast<std::size_t>(*n_rows) + entries[index].row] = (*values)[index];
}

class LsodaIntegrator final : public PeerIntegrator {
public:
    LsodaIntegrator(PeerModel& model, Lsoda lsoda, double rtol)
        : model_(model),
          lsoda_(lsoda),
          n_(static_cast<int>(model.n_states())),
          y_(model.n_states()),
          values_(model.problem().program.jacobian.size()),
          rtol_(rtol) {
        for (const double scale : model.problem().state_scale) atol_.push_back(rtol * scale);
        rwork_.resize(static_cast<std::size_t>(22 + std::max(16 * n_, n_ * n_ + 9 * n_)));
        iwork_.resize(static_cast<std::size_t>(20 + n_));
        current = &model;
        values = &values_;
    }
    void start(double t, const double* y, double stop) override {
        std::copy_n(y, y_.size(), y_.data());
        t_ = t;
        istate_ = 1;
        std::fill(rwork_.begin(), rwork_.begin() + 20, 0.0);
        std::fill(iwork_.begin(), iwork_.begin() + 20, 0);
        rwork_[0] = stop;
        iwork_[5] = 1'000'000;  // most steps
    }
    bool advance(double time, double* y) override {
        int itol = 2;   // rtol one number, atol one for each state
        int itask = 4;  // to time, but never beyond rwork[0]
        int iopt = 1;
        int jt = 1;  // full Jacobian, ours
        int lrw = static_cast<int>(rwork_.size());
        int liw = static_cast<int>(iwork_.size());
        double to = time;
        lsoda_(&rates, &n_, y_.data(), &t_, &to, &itol, &rtol_, atol_.data(), &itask, &istate_, &iopt, rwork_.data(),
               &lrw, iwork_.data(), &liw, &jacobian, &jt, nullptr, nullptr);
        std::copy(y_.begin(), y_.end(), y);
        return istate_ > 0;
    }
    void count(std::int64_t& steps, std::int64_t&) override {
        steps += iwork_[10];
    }  // it does not tell of rejected ones

private:
    PeerModel& model_;
    Lsoda lsoda_;
    int n_;
    int istate_ = 1;
    double t_ = 0.0;
    std::vector<double> y_;
    std::vector<double> values_;
    double rtol_;
    std::vector<double> atol_;
    std::vector<double> rwork_;
    std::vector<int> iwork_;
};

class LsodaSolver final : public Solver {
public:
    LsodaSolver(const Problem& problem, Lsoda lsoda) : model_(problem), lsoda_(lsoda) {}
    std::string name() const override { return "LSODA"; }
    Solved solve(double rtol, std::int64_t n_twins) override {
        LsodaIntegrator integrator(model_, lsoda_, rtol);
        return solve_one_by_one(model_, integrator, n_twins);
    }

private:
    PeerModel model_;
    Lsoda lsoda_;
};

}  // namespace

std::unique_ptr<Solver> lsoda_solver(const Problem& problem) {
    const Lsoda lsoda = find_lsoda();
    if (lsoda == nullptr) return nullptr;
    return std::make_unique<LsodaSolver>(problem, lsoda);
}

}  // namespace kohort::benchmarks
