// A planned factorisation as C++ statements: straight-line, or tables for base/sparse_lu.hpp.
#pragma once

#include "codegen/labels.hpp"

#include <string>

namespace kohort::codegen {

/// The body of factor(inverse_gamma_h, jac, lu), a block for each row.
[[nodiscard]] std::string print_factor(const LuPlan& plan, const Labels& labels, int indent);

/// The body of solve(lu, b).
[[nodiscard]] std::string print_solve(const LuPlan& plan, int indent);

/// Two static tables, factor_steps and solve_steps.
[[nodiscard]] std::string print_lu_tables(const LuPlan& plan, int indent);

}  // namespace kohort::codegen
