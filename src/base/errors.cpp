#include "base/errors.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace kohort {

namespace {

std::string message(const Place& place, const std::string& problem, const std::string& remedy) {
    std::string text = to_string(place);
    if (!text.empty()) {
        text += ": ";
    }
    text += problem;
    if (!remedy.empty()) {
        text += "\n  remedy: " + remedy;
    }
    return text;
}

}  // namespace

std::string to_string(const Place& place) {
    std::string text = place.file;
    if (place.line > 0) {
        text += (text.empty() ? "line " : ":") + std::to_string(place.line);
        if (place.column > 0) {
            text += ":" + std::to_string(place.column);
        }
    }
    return text;
}

InputError::InputError(Place place, std::string problem, std::string remedy)
    : std::runtime_error(message(place, problem, remedy)),
      place_(std::move(place)),
      problem_(std::move(problem)),
      remedy_(std::move(remedy)) {}

void check_failed(const char* expectation, std::source_location where) {
    std::fprintf(stderr,
                 "%s:%u: this must hold and does not: %s\n  in %s\n  this is a fault in Kohort, not in your input\n",
                 where.file_name(), static_cast<unsigned>(where.line()), expectation, where.function_name());
    std::abort();
}

}  // namespace kohort
