#include "io/progress.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace kohort::io {
namespace {

TEST(Progress, a_log_gets_a_line_at_most_every_ten_seconds_and_ten_per_cent) {
    std::ostringstream out;
    double now = 0.0;
    {
        ProgressLine line("twins", out, {}, [&] { return now; });
        for (int done = 1; done <= 1000; ++done) {
            now = 0.05 * done;  // 50 s in all: 10 s are 20 %
            line.update(done, 1000);
        }
    }
    EXPECT_EQ(out.str(),
              "twins: 20 % 200 of 1000, 20 a second, 40 s left\n"
              "twins: 40 % 400 of 1000, 20 a second, 30 s left\n"
              "twins: 60 % 600 of 1000, 20 a second, 20 s left\n"
              "twins: 80 % 800 of 1000, 20 a second, 10 s left\n"
              "twins: 1000 of 1000 in 50 s\n");
}

TEST(Progress, a_long_step_is_not_told_more_often_than_every_tenth) {
    std::ostringstream out;
    double now = 0.0;
    {
        ProgressLine line("twins", out, {}, [&] { return now; });
        for (int done = 1; done <= 1000; ++done) {
            now = 60.0 * done;
            line.update(done, 1000);
        }
    }
    const std::string text = out.str();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
}

TEST(Progress, a_terminal_gets_one_line_that_is_rewritten) {
    std::ostringstream out;
    double now = 0.0;
    {
        ProgressLine line("twins", out, {.terminal = true, .columns = 80}, [&] { return now; });
        now = 3.0;
        line.update(500, 1000);
        now = 6.0;
    }
    EXPECT_EQ(out.str(),
              "\rtwins: 50 % [##############...............] 500 of 1000, 167 a second, 3 s left"
              "\rtwins: 500 of 1000 in 6 s                                                      \n");
}

TEST(Progress, a_narrow_terminal_is_not_overrun) {
    std::ostringstream out;
    double now = 0.0;
    {
        ProgressLine line("twins", out, {.terminal = true, .columns = 20}, [&] { return now; });
        now = 3.0;
        line.update(500, 1000);
    }
    EXPECT_EQ(out.str().substr(0, 20), "\rtwins: 50 % 500 of ");
}

TEST(Progress, nothing_is_said_of_a_step_that_never_began) {
    std::ostringstream out;
    {
        const ProgressLine line("twins", out, {}, [] { return 0.0; });
    }
    EXPECT_EQ(out.str(), "");
}

TEST(Progress, times_are_said_in_words) {
    EXPECT_EQ(words_for_seconds(0.2), "1 s");
    EXPECT_EQ(words_for_seconds(59.5), "1 min 0 s");
    EXPECT_EQ(words_for_seconds(200.0), "3 min 20 s");
    EXPECT_EQ(words_for_seconds(7500.0), "2 h 5 min");
}

}  // namespace
}  // namespace kohort::io
