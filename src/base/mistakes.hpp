// Several mistakes of the user, found one beside the other and told at once.
//
//     Mistakes mistakes;
//     for (const Value& item : list) mistakes.attempt([&] { read(item); });
//     mistakes.throw_if_any();
#pragma once

#include "base/errors.hpp"

#include <utility>
#include <vector>

namespace kohort {

/// More than one InputError; what() lists them in the order of their places.
class InputErrors : public InputError {
public:
    explicit InputErrors(std::vector<InputError> all);
    [[nodiscard]] const std::vector<InputError>& all() const { return all_; }

private:
    std::vector<InputError> all_;
};

class Mistakes {
public:
    /// Runs what may throw InputError, and keeps the error.
    template <class Try>
    void attempt(Try&& action) {
        try {
            std::forward<Try>(action)();
        } catch (const InputErrors& errors) {
            for (const InputError& error : errors.all()) add(error);
        } catch (const InputError& error) {
            add(error);
        }
    }
    void add(const InputError& error);
    /// Throws the only error as it was, or all of them as InputErrors.
    void throw_if_any() const;

private:
    std::vector<InputError> found_;
};

}  // namespace kohort
