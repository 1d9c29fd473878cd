// Names for generated code. Nothing that a model's author wrote reaches the compiler as it stands: names become plain
// identifiers, comments are reduced to harmless characters.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

namespace kohort::codegen {

/// Hands out C++ identifiers, each only once.
class Names {
public:
    /// prefix + name with everything outside [A-Za-z0-9] made a single '_', followed by a number if that is taken.
    /// The prefix ("y_", "p_", ...) keeps clear of keywords and of our own names.
    [[nodiscard]] std::string unique(std::string_view prefix, std::string_view name);

private:
    std::unordered_set<std::string> taken_;
};

/// text fit for a // comment: one line of ASCII letters, digits, blanks and harmless signs; what else it holds
/// becomes '_' ('.' for '*', as in units). Long text is cut.
[[nodiscard]] std::string comment_text(std::string_view text);

/// A double as a C++ expression that reads back to the same bits, e.g. "0.1", "-2.0", "1e+20", or a named infinity.
[[nodiscard]] std::string number_text(double value);

}  // namespace kohort::codegen
