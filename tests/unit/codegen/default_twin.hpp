// A twin of a program with the defaults of everything, for tests of what the program's functions compute.
#pragma once

#include "codegen/interpreter.hpp"

#include <vector>

namespace kohort::codegen {

/// Defaults of everything, and room for what a model computes.
struct DefaultTwin {
    explicit DefaultTwin(const Program& program)
        : model(program), h(static_cast<std::size_t>(model.sizes().n_hoisted)), y(program.model.states.size()) {
        for (const auto& parameter : program.model.parameters) p.push_back(parameter.value);
        for (const auto& input : program.model.inputs) u.push_back(input.default_value.value_or(0.0));
        model.hoist(p.data(), u.data(), h.data());
        model.initial(0.0, p.data(), u.data(), y.data());
    }
    using Function = void (InterpretedModel::*)(double, const double*, const double*, const double*, const double*,
                                                double*) const;
    [[nodiscard]] std::vector<double> values(Function function, std::size_t n, double t, const std::vector<double>& at) const {
        std::vector<double> result(n);
        (model.*function)(t, at.data(), p.data(), u.data(), h.data(), result.data());
        return result;
    }
    [[nodiscard]] std::vector<double> rates(double t, const std::vector<double>& at) const {
        return values(&InterpretedModel::rhs<double>, y.size(), t, at);
    }

    InterpretedModel model;
    std::vector<double> p, u, h, y;
};

}  // namespace kohort::codegen
