// Generated code against the interpreter: the same bits for random expressions, one twin at a time and in lanes.

#include "compiled_text.hpp"
#include "toy_models.hpp"

#include "codegen/generate.hpp"
#include "codegen/interpreter.hpp"
#include "codegen/simplify.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace kohort::codegen {
namespace {

constexpr int n_models = 50;
constexpr int n_expressions = 200;  // of each model
constexpr int n_values = 6;         // states, parameters; inputs: 2
constexpr int n_inputs = 2;
constexpr int n_lanes = 8;
constexpr int every_wide = 4;  // one model in so many is compiled for lanes too: they take three times as long to compile

Program random_program(std::uint64_t seed) {
    toys::Builder b;
    for (int index = 0; index < n_values; ++index) (void)b.state("y" + std::to_string(index));
    for (int index = 0; index < n_values; ++index) (void)b.parameter("p" + std::to_string(index));
    for (int index = 0; index < n_inputs; ++index) (void)b.input("u" + std::to_string(index));
    toys::RandomExpressions random(b.model, seed);
    Program program;
    for (int expression = 0; expression < n_expressions; ++expression) {
        program.observables.push_back(random.draw(1 + expression % 9));
        program.observable_names.push_back("e" + std::to_string(expression));
    }
    program.model = std::move(b.model);
    return simplify(std::move(program));
}

/// Runs one model at one width: `in` is (1 + 2 n_values + n_inputs, W), `out` is (n_expressions, W), the lane fastest.
template <class V, class Model>
void run_model(const Model& model, const double* in, double* out) {
    constexpr int width = width_of<V>;
    const auto load = [&](int row) {
        V value{};
        for (int lane = 0; lane < width; ++lane) set_lane(value, lane, in[row * width + lane]);
        return value;
    };
    std::vector<V> y(n_values);
    std::vector<V> p(n_values);
    std::vector<V> u(n_inputs);
    for (int index = 0; index < n_values; ++index) y[static_cast<std::size_t>(index)] = load(1 + index);
    for (int index = 0; index < n_values; ++index) p[static_cast<std::size_t>(index)] = load(1 + n_values + index);
    for (int index = 0; index < n_inputs; ++index) u[static_cast<std::size_t>(index)] = load(1 + 2 * n_values + index);
    std::vector<V> h(static_cast<std::size_t>(model.sizes().n_hoisted) + 1);
    std::vector<V> o(n_expressions);
    model.hoist(p.data(), u.data(), h.data());
    model.observe(load(0), y.data(), p.data(), u.data(), h.data(), o.data());
    for (int row = 0; row < n_expressions; ++row) {
        for (int lane = 0; lane < width; ++lane)
            out[row * width + lane] = get_lane(o[static_cast<std::size_t>(row)], lane);
    }
}

/// The same function as run_model, as text for the compiler.
const char* const runner_text = R"(
template <class V, class Model>
void run_model(const Model& model, const double* in, double* out) {
    constexpr int width = kohort::width_of<V>;
    const auto load = [&](int row) {
        V value{};
        for (int lane = 0; lane < width; ++lane) kohort::set_lane(value, lane, in[row * width + lane]);
        return value;
    };
    V y[6], p[6], u[2], h[Model::n_hoisted + 1], o[Model::n_observables];
    for (int index = 0; index < 6; ++index) y[index] = load(1 + index);
    for (int index = 0; index < 6; ++index) p[index] = load(7 + index);
    for (int index = 0; index < 2; ++index) u[index] = load(13 + index);
    model.hoist(p, u, h);
    model.observe(load(0), y, p, u, h, o);
    for (int row = 0; row < Model::n_observables; ++row) {
        for (int lane = 0; lane < width; ++lane) out[row * width + lane] = kohort::get_lane(o[row], lane);
    }
}
)";

std::string source_of(const std::vector<Program>& programs) {
    std::string text = generated_includes() + "namespace {\n" + generated_names() + runner_text;
    std::string cases;
    for (std::size_t index = 0; index < programs.size(); ++index) {
        const std::string name = "Model" + std::to_string(index);
        text += generate_struct(programs[index], plan_model(programs[index]), {.struct_name = name});
        cases += "case " + std::to_string(index) + ": ";
        if (index % every_wide == 0) cases += "if (wide) run_model<kohort::Lanes<8>>(" + name + "{}, in, out); else ";
        cases += "run_model<double>(" + name + "{}, in, out); break;\n";
    }
    return text +
           "}\nextern \"C\" [[gnu::visibility(\"default\")]] void run(int model, bool wide, const double* in, double* "
           "out) {\nswitch (model) {\n" +
           cases + "}\n}\n";
}

bool same_bits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

std::vector<double> leaf_rows(toys::RandomExpressions& random) {
    std::vector<double> rows((1 + 2 * n_values + n_inputs) * n_lanes);
    for (double& value : rows) value = random.leaf_value();
    return rows;
}

std::vector<double> one_lane(const std::vector<double>& rows, int lane) {
    std::vector<double> values;
    for (std::size_t row = 0; row < rows.size() / n_lanes; ++row)
        values.push_back(rows[row * n_lanes + static_cast<std::size_t>(lane)]);
    return values;
}

TEST(GeneratedCode, has_the_interpreters_bits_for_ten_thousand_random_expressions) {
    std::vector<Program> programs;
    for (int model = 0; model < n_models; ++model)
        programs.push_back(random_program(1000U + static_cast<unsigned>(model)));
    const toys::CompiledText compiled(source_of(programs));
    ASSERT_TRUE(compiled.loaded()) << compiled.log();
    auto* run = compiled.function<void(int, bool, const double*, double*)>("run");

    std::int64_t n_finite = 0;
    std::int64_t n_different = 0;
    model::Model leaves;
    toys::RandomExpressions random(leaves, 7);  // for values only
    for (int index = 0; index < n_models; ++index) {
        const Program& program = programs[static_cast<std::size_t>(index)];
        const InterpretedModel interpreted(program);
        const std::vector<double> in = leaf_rows(random);
        std::vector<double> wide(n_expressions * n_lanes);
        std::vector<double> expected(n_expressions);
        std::vector<double> narrow(n_expressions);
        const bool is_wide = index % every_wide == 0;
        if (is_wide) run(index, true, in.data(), wide.data());
        for (int lane = 0; lane < n_lanes; ++lane) {
            const std::vector<double> in_lane = one_lane(in, lane);
            run(index, false, in_lane.data(), narrow.data());
            run_model<double>(interpreted, in_lane.data(), expected.data());
            for (std::size_t row = 0; row < n_expressions; ++row) {
                const double in_wide = wide[row * n_lanes + static_cast<std::size_t>(lane)];
                n_finite += std::isfinite(expected[row]) ? 1 : 0;
                if (same_bits(expected[row], narrow[row]) && (!is_wide || same_bits(expected[row], in_wide))) continue;
                if (++n_different <= 5) {
                    ADD_FAILURE() << "model " << index << " expression " << row << " lane " << lane << ": interpreter "
                                  << expected[row] << ", double " << narrow[row] << ", lanes " << in_wide;
                }
            }
        }
    }
    EXPECT_EQ(n_different, 0);
    // random expressions often leave the domain of a function; a test of NaN against NaN would prove nothing
    EXPECT_GT(n_finite, n_models * n_expressions * n_lanes / 3);
}

}  // namespace
}  // namespace kohort::codegen
