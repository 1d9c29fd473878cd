#include "base/mistakes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kohort {
namespace {

InputError at_line(int line, const std::string& problem) { return {Place{"study.yaml", line, 1}, problem, "mend it"}; }

std::string thrown_by(const Mistakes& mistakes) {
    try {
        mistakes.throw_if_any();
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing";
}

TEST(Mistakes, of_none_there_is_nothing_to_throw) { EXPECT_EQ(thrown_by({}), "nothing"); }

TEST(Mistakes, one_is_thrown_as_it_was) {
    Mistakes mistakes;
    mistakes.attempt([] { throw at_line(3, "wrong"); });
    mistakes.attempt([] { throw at_line(3, "wrong"); });  // found twice, told once
    EXPECT_EQ(thrown_by(mistakes), "study.yaml:3:1: wrong\n  remedy: mend it");
}

TEST(Mistakes, several_are_told_in_the_order_of_their_places_however_they_were_nested) {
    Mistakes inner;
    inner.add(at_line(7, "third"));
    inner.add(at_line(2, "first"));
    Mistakes outer;
    outer.attempt([&] { inner.throw_if_any(); });
    outer.attempt([] { throw at_line(5, "second"); });
    EXPECT_EQ(thrown_by(outer),
              "3 mistakes\nstudy.yaml:2:1: first\n  remedy: mend it\nstudy.yaml:5:1: second\n  remedy: mend it\n"
              "study.yaml:7:1: third\n  remedy: mend it");
}

}  // namespace
}  // namespace kohort
