// What each operation of the graph computes: the one place that maps operations to functions for constant folding,
// formulas and the interpreter. The functions are those of the kernels, hence the same bits.
#pragma once

#include "base/errors.hpp"
#include "base/lane_math.hpp"
#include "model/graph.hpp"

namespace kohort::model {

/// op on values: double, or lanes of them. The arguments beyond arity(op) are ignored. Not for leaves.
template <class V>
[[nodiscard]] V apply_to(Op op, V a, V b, V c) {
    switch (op) {
        case Op::add: return a + b;
        case Op::subtract: return a - b;
        case Op::multiply: return a * b;
        case Op::divide: return a / b;
        case Op::negate: return -a;
        case Op::power: return math::pow(a, b);
        case Op::fma: return math::fma(a, b, c);
        case Op::exp: return math::exp(a);
        case Op::expm1: return math::expm1(a);
        case Op::log: return math::log(a);
        case Op::log1p: return math::log1p(a);
        case Op::log10: return math::log10(a);
        case Op::log2: return math::log2(a);
        case Op::sqrt: return math::sqrt(a);
        case Op::cbrt: return math::cbrt(a);
        case Op::abs: return math::abs(a);
        case Op::sign: return math::sign(a);
        case Op::floor: return math::floor(a);
        case Op::ceil: return math::ceil(a);
        case Op::round: return math::round(a);
        case Op::trunc: return math::trunc(a);
        case Op::sin: return math::sin(a);
        case Op::cos: return math::cos(a);
        case Op::tan: return math::tan(a);
        case Op::asin: return math::asin(a);
        case Op::acos: return math::acos(a);
        case Op::atan: return math::atan(a);
        case Op::sinh: return math::sinh(a);
        case Op::cosh: return math::cosh(a);
        case Op::tanh: return math::tanh(a);
        case Op::asinh: return math::asinh(a);
        case Op::acosh: return math::acosh(a);
        case Op::atanh: return math::atanh(a);
        case Op::erf: return math::erf(a);
        case Op::erfc: return math::erfc(a);
        case Op::tgamma: return math::tgamma(a);
        case Op::lgamma: return math::lgamma(a);
        case Op::min: return math::min(a, b);
        case Op::max: return math::max(a, b);
        case Op::atan2: return math::atan2(a, b);
        case Op::fmod: return math::fmod(a, b);
        case Op::hypot: return math::hypot(a, b);
        case Op::less: return math::less(a, b);
        case Op::less_equal: return math::less_equal(a, b);
        case Op::greater: return math::greater(a, b);
        case Op::greater_equal: return math::greater_equal(a, b);
        case Op::equal: return math::equal(a, b);
        case Op::not_equal: return math::not_equal(a, b);
        case Op::logical_and: return math::logical_and(a, b);
        case Op::logical_or: return math::logical_or(a, b);
        case Op::logical_not: return math::logical_not(a);
        case Op::select: return math::select(a, b, c);
        case Op::delayed: return a;  // at one point alone there is no past
        case Op::delayed_rate: return V(0.0);
        case Op::constant:
        case Op::time:
        case Op::state:
        case Op::parameter:
        case Op::input:
        case Op::looked_up: break;
    }
    check_failed("an operation is applied, not a leaf");
}

}  // namespace kohort::model
