// A planned factorisation as C++ statements: straight-line, or tables for base/sparse_lu.hpp.
#pragma once

#include "codegen/labels.hpp"

#include <string>

namespace kohort::codegen {

/// The body of factor(inverse_gamma_h, jac, lu), a block for each row.
[[nodiscard]] std::string print_factor(const LuPlan& plan, const Labels& labels, int indent);

/// The body of solve(lu, b).
[[nodiscard]] std::string print_solve(const LuPlan& plan, int indent);

/// The same for systems too large for statements: a table, and a call that walks it. The table is local, because device code
/// reads no static member.
[[nodiscard]] std::string print_factor_table(const LuPlan& plan, int indent);
[[nodiscard]] std::string print_solve_table(const LuPlan& plan, int indent);

/// Of jacobian_times(jac, x, product): product = jac x, for the states that have rows; jac as factor takes it.
[[nodiscard]] std::string print_product(const LuPlan& plan, int indent);
[[nodiscard]] std::string print_product_table(const LuPlan& plan, int indent);

}  // namespace kohort::codegen
