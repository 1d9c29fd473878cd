#include "base/mistakes.hpp"

#include <algorithm>
#include <string>
#include <tuple>

namespace kohort {

namespace {

std::vector<InputError> by_place(std::vector<InputError> errors) {
    std::stable_sort(errors.begin(), errors.end(), [](const InputError& one, const InputError& other) {
        const auto order = [](const Place& place) { return std::tie(place.file, place.line, place.column); };
        return order(one.place()) < order(other.place());
    });
    return errors;
}

std::string list(const std::vector<InputError>& errors) {
    std::string text = std::to_string(errors.size()) + " mistakes";
    for (const InputError& error : errors) text += std::string("\n") + error.what();
    return text;
}

}  // namespace

InputErrors::InputErrors(std::vector<InputError> all)
    : InputError(Place{}, list(by_place(all))), all_(by_place(std::move(all))) {}

void Mistakes::add(const InputError& error) {
    const bool is_new = std::none_of(found_.begin(), found_.end(), [&](const InputError& known) {
        return std::string_view(known.what()) == error.what();
    });
    if (is_new) found_.push_back(error);
}

void Mistakes::throw_if_any() const {
    if (found_.size() == 1) throw found_.front();
    if (!found_.empty()) throw InputErrors(found_);
}

}  // namespace kohort
