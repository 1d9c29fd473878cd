#include "base/errors.hpp"
#include "benchmarks/peer_model.hpp"
#include "benchmarks/solver.hpp"

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_context.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunmatrix/sunmatrix_sparse.h>

#include <algorithm>

namespace kohort::benchmarks {
namespace {

/// Memory is made once for the whole population; each stretch between two actions reinitialises it.
class Cvode final : public PeerIntegrator {
public:
    Cvode(PeerModel& model, bool sparse, double rtol)
        : model_(model), values_(model.problem().program.jacobian.size()) {
        const auto n = static_cast<sunindextype>(model.n_states());
        KOHORT_CHECK(SUNContext_Create(SUN_COMM_NULL, &context_) == 0);
        SUNContext_ClearErrHandlers(context_);  // failures are counted, not printed
        y_ = N_VNew_Serial(n, context_);
        atol_ = N_VNew_Serial(n, context_);
        for (sunindextype state = 0; state < n; ++state)
            NV_Ith_S(atol_, state) = rtol * model.problem().state_scale[static_cast<std::size_t>(state)];
        memory_ = CVodeCreate(CV_BDF, context_);
        KOHORT_CHECK(CVodeInit(memory_, &Cvode::rhs, 0.0, y_) == CV_SUCCESS);
        CVodeSVtolerances(memory_, rtol, atol_);
        CVodeSetUserData(memory_, this);
        CVodeSetMaxNumSteps(memory_, 1'000'000);
        CVodeSetMaxHnilWarns(memory_, -1);
        if (sparse) {
            lay_out_columns();
            matrix_ = SUNSparseMatrix(n, n, static_cast<sunindextype>(values_.size()), CSC_MAT, context_);
            solver_ = SUNLinSol_KLU(y_, matrix_, context_);
        } else {
            matrix_ = SUNDenseMatrix(n, n, context_);
            solver_ = SUNLinSol_Dense(y_, matrix_, context_);
        }
        CVodeSetLinearSolver(memory_, solver_, matrix_);
        CVodeSetJacFn(memory_, sparse ? &Cvode::sparse_jacobian : &Cvode::dense_jacobian);
    }
    ~Cvode() override {
        CVodeFree(&memory_);
        SUNLinSolFree(solver_);
        SUNMatDestroy(matrix_);
        N_VDestroy(y_);
        N_VDestroy(atol_);
        SUNContext_Free(&context_);
    }
    Cvode(const Cvode&) = delete;
    Cvode& operator=(const Cvode&) = delete;

    void start(double t, const double* y, double stop) override {
        std::copy_n(y, model_.n_states(), NV_DATA_S(y_));
        CVodeReInit(memory_, t, y_);
        CVodeSetStopTime(memory_, stop);
    }
    bool advance(double time, double* y) override {
        double reached = 0.0;
        if (CVode(memory_, time, y_, &reached, CV_NORMAL) < 0) return false;
        std::copy_n(NV_DATA_S(y_), model_.n_states(), y);
        return true;
    }
    void count(std::int64_t& steps, std::int64_t& rejected) override {
        long more_steps = 0;
        long more_rejected = 0;
        CVodeGetNumSteps(memory_, &more_steps);
        CVodeGetNumErrTestFails(memory_, &more_rejected);
        steps += more_steps;
        rejected += more_rejected;
    }

private:
    static int rhs(double t, N_Vector y, N_Vector rate, void* self) {
        static_cast<Cvode*>(self)->model_.rhs(t, NV_DATA_S(y), NV_DATA_S(rate));
        return 0;
    }
    static int dense_jacobian(double t, N_Vector y, N_Vector, SUNMatrix matrix, void* self, N_Vector, N_Vector, N_Vector) {
        Cvode& me = *static_cast<Cvode*>(self);
        me.model_.jacobian(t, NV_DATA_S(y), me.values_.data());
        const auto& entries = me.model_.problem().program.jacobian;
        SUNMatZero(matrix);
        for (std::size_t index = 0; index < entries.size(); ++index)
            SM_ELEMENT_D(matrix, entries[index].row, entries[index].column) = me.values_[index];
        return 0;
    }
    static int sparse_jacobian(double t, N_Vector y, N_Vector, SUNMatrix matrix, void* self, N_Vector, N_Vector, N_Vector) {
        Cvode& me = *static_cast<Cvode*>(self);
        me.model_.jacobian(t, NV_DATA_S(y), me.values_.data());
        const auto& entries = me.model_.problem().program.jacobian;
        std::copy(me.column_begin_.begin(), me.column_begin_.end(), SM_INDEXPTRS_S(matrix));
        for (std::size_t place = 0; place < entries.size(); ++place) {
            const std::size_t index = me.by_column_[place];
            SM_INDEXVALS_S(matrix)[place] = entries[index].row;
            SM_DATA_S(matrix)[place] = me.values_[index];
        }
        return 0;
    }
    void lay_out_columns() {
        const auto& entries = model_.problem().program.jacobian;
        column_begin_.assign(model_.n_states() + 1, 0);
        for (std::size_t index = 0; index < entries.size(); ++index) by_column_.push_back(index);
        std::stable_sort(by_column_.begin(), by_column_.end(),
                         [&](std::size_t a, std::size_t b) { return entries[a].column < entries[b].column; });
        for (const codegen::JacobianEntry& entry : entries) ++column_begin_[entry.column + 1];
        for (std::size_t column = 0; column < model_.n_states(); ++column)
            column_begin_[column + 1] += column_begin_[column];
    }

    PeerModel& model_;
    std::vector<double> values_;              // (n_jacobian)
    std::vector<std::size_t> by_column_;      // (n_jacobian) places in program.jacobian, column by column
    std::vector<sunindextype> column_begin_;  // (n_states + 1)
    SUNContext context_ = nullptr;
    N_Vector y_ = nullptr;
    N_Vector atol_ = nullptr;
    SUNMatrix matrix_ = nullptr;
    SUNLinearSolver solver_ = nullptr;
    void* memory_ = nullptr;
};

class CvodeSolver final : public Solver {
public:
    CvodeSolver(const Problem& problem, bool sparse) : model_(problem), sparse_(sparse) {}
    std::string name() const override { return sparse_ ? "CVODE, KLU" : "CVODE, dense"; }
    Solved solve(double rtol, std::int64_t n_twins) override {
        Cvode integrator(model_, sparse_, rtol);
        return solve_one_by_one(model_, integrator, n_twins);
    }

private:
    PeerModel model_;
    bool sparse_;
};

}  // namespace

std::unique_ptr<Solver> cvode_solver(const Problem& problem, bool sparse) {
    return std::make_unique<CvodeSolver>(problem, sparse);
}

}  // namespace kohort::benchmarks
