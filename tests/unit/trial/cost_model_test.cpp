#include "trial/cost_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace kohort::trial {
namespace {

/// steps = 100 * a^2 * exp(0.1 b); c is the same for all.
struct Twins {
    std::vector<double> attribute;
    std::vector<double> steps;
    explicit Twins(int n) {
        for (int twin = 0; twin < n; ++twin) {
            const double a = 1.0 + 0.5 * std::sin(twin);
            const double b = std::cos(1.7 * twin) * 10.0 - 2.0;
            attribute.insert(attribute.end(), {a, b, 7.0});
            steps.push_back(100.0 * a * a * std::exp(0.1 * b));
        }
    }
};

TEST(CostModel, finds_powers_of_positive_attributes_and_exponentials_of_others) {
    const Twins twins(60);
    const CostModel model(twins.attribute, twins.steps);
    EXPECT_NEAR(model({.value = {1.2, 3.0, 7.0}}), 100.0 * 1.44 * std::exp(0.3), 1e-6);
    EXPECT_NEAR(model({.value = {0.6, -9.0, 7.0}}), 100.0 * 0.36 * std::exp(-0.9), 1e-6);
}

TEST(CostModel, too_few_twins_predict_the_same_for_all) {
    const Twins twins(5);
    const CostModel model(twins.attribute, twins.steps);
    EXPECT_EQ(model({.value = {1.2, 3.0, 7.0}}), model({.value = {0.6, -9.0, 7.0}}));
    EXPECT_EQ(CostModel({}, {})({.value = {1.2}}), 1.0);
}

TEST(CostModel, attributes_that_are_missing_do_no_harm) {
    const Twins twins(60);
    const CostModel model(twins.attribute, twins.steps);
    EXPECT_TRUE(std::isfinite(model({.value = {std::nan(""), 3.0, 7.0}})));
}

}  // namespace
}  // namespace kohort::trial
