// The three kinds of error, never mixed:
//   InputError   the user's input is wrong: where, what, what to do about it. Thrown on the host before any step.
//   KOHORT_CHECK our own bug: prints the place and aborts.
//   TwinStatus   one twin's mathematics failed (kernels/status.hpp): stored, counted, the others go on.
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>

namespace kohort {

/// A position in a file that the user wrote. line and column count from 1; 0 means unknown.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;
};

/// "file:line:column", leaving out what is unknown.
[[nodiscard]] std::string to_string(const Place& place);

/// The user's input is wrong. what() reads "file:line:column: problem" and, on a second line, "  remedy: ...".
class InputError : public std::runtime_error {
public:
    InputError(Place place, std::string problem, std::string remedy = {});

    [[nodiscard]] const Place& place() const { return place_; }
    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] const std::string& remedy() const { return remedy_; }

private:
    Place place_;
    std::string problem_;
    std::string remedy_;
};

/// Prints what was expected and where, then aborts the process (and with it, under MPI, all ranks).
[[noreturn]] void check_failed(const char* expectation, std::source_location where = std::source_location::current());

}  // namespace kohort

/// States what must hold if our own code is right.
#define KOHORT_CHECK(expectation)                                 \
    do {                                                          \
        if (!(expectation)) ::kohort::check_failed(#expectation); \
    } while (false)
