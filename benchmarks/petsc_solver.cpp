#include "base/errors.hpp"
#include "benchmarks/peer_model.hpp"
#include "benchmarks/solver.hpp"

#include <petscts.h>

#include <algorithm>
#include <cmath>

namespace kohort::benchmarks {
namespace {

void require(PetscErrorCode code) { KOHORT_CHECK(code == PETSC_SUCCESS); }

constexpr PetscInt most_steps = 20'000;  // between two actions

class Petsc final : public PeerIntegrator {
public:
    Petsc(PeerModel& model, double rtol) : model_(model), values_(model.problem().program.jacobian.size()) {
        const auto n = static_cast<PetscInt>(model.n_states());
        require(VecCreateSeq(PETSC_COMM_SELF, n, &y_));
        require(VecDuplicate(y_, &inside_));
        require(VecDuplicate(y_, &atol_));
        for (PetscInt state = 0; state < n; ++state)
            require(VecSetValue(atol_, state, rtol * model.problem().state_scale[static_cast<std::size_t>(state)],
                                INSERT_VALUES));
        require(VecAssemblyBegin(atol_));
        require(VecAssemblyEnd(atol_));
        require(MatCreateSeqDense(PETSC_COMM_SELF, n, n, nullptr, &matrix_));
        require(TSCreate(PETSC_COMM_SELF, &ts_));
        require(TSSetProblemType(ts_, TS_NONLINEAR));
        require(TSSetType(ts_, TSROSW));
        require(TSRosWSetType(ts_, TSROSWRA34PW2));
        require(TSSetIFunction(ts_, nullptr, &Petsc::residual, this));
        require(TSSetIJacobian(ts_, matrix_, matrix_, &Petsc::jacobian, this));
        require(TSSetTolerances(ts_, rtol, atol_, rtol, nullptr));
        require(TSSetFromOptions(ts_));
        require(TSSetExactFinalTime(ts_, TS_EXACTFINALTIME_MATCHSTEP));
        TSAdapt adapt = nullptr;
        require(TSGetAdapt(ts_, &adapt));
        require(TSAdaptSetType(adapt, TSADAPTBASIC));
        SNES snes = nullptr;
        KSP ksp = nullptr;
        PC pc = nullptr;
        require(TSGetSNES(ts_, &snes));
        require(SNESSetType(snes, SNESKSPONLY));
        require(SNESGetKSP(snes, &ksp));
        require(KSPSetType(ksp, KSPPREONLY));
        require(KSPGetPC(ksp, &pc));
        require(PCSetType(pc, PCLU));
    }
    ~Petsc() override {
        TSDestroy(&ts_);
        MatDestroy(&matrix_);
        VecDestroy(&y_);
        VecDestroy(&inside_);
        VecDestroy(&atol_);
    }
    Petsc(const Petsc&) = delete;
    Petsc& operator=(const Petsc&) = delete;

    void start(double t, const double* y, double stop) override {
        PetscScalar* values = nullptr;
        require(VecGetArray(y_, &values));
        std::copy_n(y, model_.n_states(), values);
        require(VecRestoreArray(y_, &values));
        stop_ = stop;
        reached_ = t;
        require(TSSetTime(ts_, t));
        require(TSSetMaxTime(ts_, stop));
        require(TSSetTimeStep(ts_, (stop - t) * 1e-6));
        require(TSSetStepNumber(ts_, 0));
        require(TSSetConvergedReason(ts_, TS_CONVERGED_ITERATING));
        require(TSSetSolution(ts_, y_));
        require(TSRestartStep(ts_));
        require(TSSetUp(ts_));
    }
    bool advance(double time, double* y) override {
        while (reached_ < time - 1e-13 * std::abs(time)) {
            TSConvergedReason reason = TS_CONVERGED_ITERATING;
            PetscInt steps = 0;
            require(TSGetStepNumber(ts_, &steps));
            if (steps > most_steps) return false;
            if (TSStep(ts_) != PETSC_SUCCESS) return false;
            require(TSGetConvergedReason(ts_, &reason));
            require(TSGetTime(ts_, &reached_));
            if (reason < 0) return false;
        }
        Vec from = y_;
        if (reached_ > time * (1.0 + 1e-13)) {
            require(TSInterpolate(ts_, time, inside_));
            from = inside_;
        }
        const PetscScalar* values = nullptr;
        require(VecGetArrayRead(from, &values));
        std::copy_n(values, model_.n_states(), y);
        require(VecRestoreArrayRead(from, &values));
        return true;
    }
    void count(std::int64_t& steps, std::int64_t& rejected) override {
        PetscInt more = 0;
        require(TSGetStepNumber(ts_, &more));
        steps += more;
        require(TSGetStepRejections(ts_, &more));
        rejected += more - rejections_;
        rejections_ = more;
    }

private:
    /// y' - f(t, y): Rosenbrock methods of PETSc take an RHSFunction for a part that is not stiff.
    static PetscErrorCode residual(TS, PetscReal t, Vec y, Vec y_rate, Vec result, void* self) {
        const PetscScalar* in = nullptr;
        const PetscScalar* rate = nullptr;
        PetscScalar* out = nullptr;
        PetscFunctionBeginUser;
        PetscCall(VecGetArrayRead(y, &in));
        PetscCall(VecGetArrayRead(y_rate, &rate));
        PetscCall(VecGetArray(result, &out));
        const PeerModel& model = static_cast<Petsc*>(self)->model_;
        model.rhs(t, in, out);
        for (std::size_t state = 0; state < model.n_states(); ++state) out[state] = rate[state] - out[state];
        PetscCall(VecRestoreArrayRead(y, &in));
        PetscCall(VecRestoreArrayRead(y_rate, &rate));
        PetscCall(VecRestoreArray(result, &out));
        PetscFunctionReturn(PETSC_SUCCESS);
    }
    static PetscErrorCode jacobian(TS, PetscReal t, Vec y, Vec, PetscReal shift, Mat, Mat matrix, void* self) {
        Petsc& me = *static_cast<Petsc*>(self);
        const std::size_t n = me.model_.n_states();
        const PetscScalar* in = nullptr;
        PetscScalar* out = nullptr;
        PetscFunctionBeginUser;
        PetscCall(VecGetArrayRead(y, &in));
        me.model_.jacobian(t, in, me.values_.data());
        PetscCall(VecRestoreArrayRead(y, &in));
        PetscCall(MatDenseGetArrayWrite(matrix, &out));
        std::fill_n(out, n * n, 0.0);
        const auto& entries = me.model_.problem().program.jacobian;
        for (std::size_t index = 0; index < entries.size(); ++index)
            out[entries[index].column * n + entries[index].row] = -me.values_[index];
        for (std::size_t state = 0; state < n; ++state) out[state * n + state] += shift;
        PetscCall(MatDenseRestoreArrayWrite(matrix, &out));
        PetscCall(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY));
        PetscCall(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY));
        PetscFunctionReturn(PETSC_SUCCESS);
    }

    PeerModel& model_;
    std::vector<double> values_;  // (n_jacobian)
    Vec y_ = nullptr;
    Vec inside_ = nullptr;
    Vec atol_ = nullptr;
    Mat matrix_ = nullptr;
    TS ts_ = nullptr;
    double stop_ = 0.0;
    double reached_ = 0.0;
    PetscInt rejections_ = 0;
};

class PetscSolver final : public Solver {
public:
    explicit PetscSolver(const Problem& problem) : model_(problem) {}
    std::string name() const override { return "PETSc RA34PW2, dense"; }
    Solved solve(double rtol, std::int64_t n_twins) override {
        Petsc integrator(model_, rtol);
        return solve_one_by_one(model_, integrator, n_twins);
    }

private:
    PeerModel model_;
};

}  // namespace

std::unique_ptr<Solver> petsc_solver(const Problem& problem) { return std::make_unique<PetscSolver>(problem); }

}  // namespace kohort::benchmarks
