// The way through a plug-in's table and Kokkos' threads.
#include "kernels/launch.hpp"
#include "kernels/plugin_main.hpp"
#include "models.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

KOHORT_PLUGIN(kohort::kernels::test::Decay, 4, "0123")

namespace kohort::kernels {
namespace {

TEST(Plugin, says_what_it_is) {
    const PluginApi& plugin = *kohort_plugin();
    EXPECT_EQ(plugin.abi_version, plugin_abi_version);
    EXPECT_EQ(plugin.n_states, 1);
    EXPECT_EQ(plugin.n_parameters, 2);
    EXPECT_EQ(plugin.n_inputs, 0);
    EXPECT_EQ(plugin.n_observables, 1);
    EXPECT_EQ(plugin.lanes, 4);
    EXPECT_STREQ(plugin.program_hash, "0123");
}

/// n_twins decays with rates 1/n, 2/n, ...
struct Decays {
    std::vector<double> parameter;
    std::vector<double> final_state;
    std::vector<TwinStatus> status;
    Batch batch;

    explicit Decays(std::int64_t n_twins)
        : parameter(2 * static_cast<std::size_t>(n_twins), 1.0),
          final_state(static_cast<std::size_t>(n_twins), -1.0),
          status(static_cast<std::size_t>(n_twins), TwinStatus::not_run) {
        for (std::int64_t twin = 0; twin < n_twins; ++twin) {
            parameter[static_cast<std::size_t>(twin)] = static_cast<double>(twin + 1) / static_cast<double>(n_twins);
        }
        batch = {.n_twins = n_twins,
                 .t_end = 1.0,
                 .parameter = parameter.data(),
                 .final_state = final_state.data(),
                 .status = status.data()};
    }
};

TEST(Launch, integrates_every_twin_once) {
    Decays decays(1003);
    integrate(ExecutionSpace(), *kohort_plugin(), decays.batch, {.rtol = 1e-8, .atol = 1e-10});
    for (std::size_t twin = 0; twin < decays.status.size(); ++twin) {
        EXPECT_EQ(decays.status[twin], TwinStatus::ok);
        EXPECT_NEAR(decays.final_state[twin], std::exp(-decays.parameter[twin]), 1e-7);
    }
}

TEST(Launch, no_twins_is_no_work) {
    Decays decays(0);
    integrate(ExecutionSpace(), *kohort_plugin(), decays.batch, {});
}

TEST(WorkQueue, hands_out_each_twin_once_and_fewer_towards_the_end) {
    WorkQueue queue;
    std::int64_t expected = 0;
    std::int64_t last_size = 64;
    for (TwinRange range = queue.take(50'000); range.begin < range.end; range = queue.take(50'000)) {
        EXPECT_EQ(range.begin, expected);
        EXPECT_LE(range.end - range.begin, last_size);
        last_size = range.end - range.begin;
        expected = range.end;
    }
    EXPECT_EQ(expected, 50'000);
    EXPECT_EQ(last_size, 1);
}

TEST(LaunchDeathTest, broken_preconditions_abort_with_their_words) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    Decays decays(2);
    Batch unsorted = decays.batch;
    const std::vector<std::int64_t> begin = {0, 2, 2};
    const std::vector<Action> actions = {{.time = 0.5, .kind = Action::Kind::set_state},
                                         {.time = 0.2, .kind = Action::Kind::set_state}};
    unsorted.action_begin = begin.data();
    unsorted.action = actions.data();
    EXPECT_DEATH(integrate(ExecutionSpace(), *kohort_plugin(), unsorted, {}), "time <= action.time");
    const std::vector<Action> outside = {{.kind = Action::Kind::set_input}, {.kind = Action::Kind::set_state}};
    unsorted.action = outside.data();
    EXPECT_DEATH(integrate(ExecutionSpace(), *kohort_plugin(), unsorted, {}), "targets_of");
}

}  // namespace
}  // namespace kohort::kernels
