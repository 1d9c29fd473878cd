#include "model/moieties.hpp"

#include "sund_text_for_test.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace kohort::model {
namespace {

Model with_rates(const std::map<std::string, std::string>& rates) {
    std::string states;
    for (const auto& [name, rate] : rates) states += "d/dt(" + name + ") = " + rate + "\n";
    for (const auto& [name, rate] : rates) states += name + "(0) = 1\n";
    return read_part("########## STATES\n" + states + "########## PARAMETERS\nk = 2\nv = 3\n");
}

TEST(Moieties, of_an_enzyme_are_enzyme_and_substrate) {
    const Model model = with_rates(
        {{"E", "-k*E*S + v*ES + 2*ES"}, {"ES", "k*E*S - v*ES - 2*ES"}, {"P", "2*ES"}, {"S", "-k*E*S + v*ES"}});
    const Conservation found = find_conservation(model);
    EXPECT_TRUE(found.at_rest.empty());
    ASSERT_EQ(found.moieties.size(), 2U);
    for (const Moiety& moiety : found.moieties) {
        std::map<std::string, double> sum;  // of the rates, as fluxes by hand: binding, release, turnover
        const std::map<std::string, std::array<double, 3>> fluxes{
            {"E", {-1, 1, 1}}, {"ES", {1, -1, -1}}, {"P", {0, 0, 1}}, {"S", {-1, 1, 0}}};
        for (std::size_t flux = 0; flux < 3; ++flux) {
            double change = 0.0;
            for (const MoietyPart& part : moiety)
                change += part.coefficient * fluxes.at(model.states[part.state].name)[flux];
            EXPECT_EQ(change, 0.0);
        }
    }
}

TEST(Moieties, see_stoichiometry_volumes_and_states_at_rest) {
    const Model model = with_rates(
        {{"A", "-2*k*A"}, {"B", "k*A"}, {"C", "(k*B - v)/v"}, {"D", "(v - k*B)/v"}, {"E", "0"}});
    const Conservation found = find_conservation(model);
    EXPECT_EQ(found.at_rest, std::vector<std::uint32_t>{4});
    ASSERT_EQ(found.moieties.size(), 2U);
    EXPECT_EQ(found.moieties[0].size(), 2U);
    EXPECT_EQ(found.moieties[0][0].coefficient, 0.5) << "A / 2 + B";
    EXPECT_EQ(found.moieties[1][0].coefficient, 1.0) << "C + D";
}

TEST(Moieties, end_with_the_states_that_come_late_in_the_order) {
    const Model model = with_rates({{"A", "-2*k*A"}, {"B", "k*A"}, {"C", "k*A"}});
    const std::vector<std::uint32_t> order{2, 1, 0};
    const Conservation found = find_conservation(model, order);
    ASSERT_EQ(found.moieties.size(), 2U);
    EXPECT_EQ(found.moieties[0].back().state, 1U) << "B - C";
    EXPECT_EQ(found.moieties[1].back().state, 0U) << "A + 2 C";
    EXPECT_EQ(found.moieties[1][0].coefficient, 2.0);
}

TEST(Moieties, hold_exactly) {
    const Model model = with_rates({{"A", "-3*k*A + 0.1*v"}, {"B", "k*A - 7*v"}, {"C", "11*k*A + v"}});
    const Conservation found = find_conservation(model);
    ASSERT_EQ(found.moieties.size(), 1U);
    double binding = 0.0;
    double inflow = 0.0;
    const double of_binding[] = {-3.0, 1.0, 11.0};
    const double of_inflow[] = {0.1, -7.0, 1.0};
    for (const MoietyPart& part : found.moieties[0]) {
        binding += part.coefficient * of_binding[part.state];
        inflow += part.coefficient * of_inflow[part.state];
    }
    EXPECT_NEAR(binding, 0.0, 1e-13);
    EXPECT_NEAR(inflow, 0.0, 1e-13);
    const Model nearly = with_rates({{"A", "-k*A"}, {"B", "1.0000000001*k*A"}});
    EXPECT_EQ(find_conservation(nearly).moieties.size(), 1U) << "with its own coefficient";
    EXPECT_NE(find_conservation(nearly).moieties[0][0].coefficient, 1.0);
}

TEST(Moieties, count_fluxes_however_small) {
    const Model model = with_rates(
        {{"A", "1e-18*k*A"}, {"B", "-1e-15*v*B"}, {"C", "1e-15*v*B"}, {"D", "0.1*k + 0.2*k - 0.3*k"}});
    const Conservation found = find_conservation(model);
    EXPECT_EQ(found.at_rest, std::vector<std::uint32_t>{3}) << "0.1 + 0.2 - 0.3 is rounding; 1e-18 is not";
    ASSERT_EQ(found.moieties.size(), 1U);
    ASSERT_EQ(found.moieties[0].size(), 2U) << "B + C";
    EXPECT_EQ(found.moieties[0][0].coefficient, 1.0);
    EXPECT_EQ(found.moieties[0][1].state, 2U);
    const Model nearly = with_rates({{"A", "-k*A"}, {"B", "k*A - 1e-12*v"}});
    EXPECT_TRUE(find_conservation(nearly).moieties.empty());
    EXPECT_TRUE(find_conservation(with_rates({{"A", "k*A/0"}})).moieties.empty());
}

TEST(Moieties, there_are_none_where_everything_is_lost) {
    EXPECT_TRUE(find_conservation(with_rates({{"A", "-k*A"}, {"B", "k*A - v*B"}})).moieties.empty());
}

}  // namespace
}  // namespace kohort::model
