// Small things done to text: used by readers and in messages.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kohort {

/// text without blanks, tabs and line ends on either side.
[[nodiscard]] std::string_view trim(std::string_view text);

/// The parts between separators, untrimmed; one more than there are separators.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// The parts joined by the separator: join({"a", "b"}, ", ") is "a, b".
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);

/// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other (optimal string
/// alignment distance). A change between small and capital letters of ASCII counts nothing.
[[nodiscard]] int edit_distance(std::string_view one, std::string_view other);

/// The known name that was probably meant: the nearest by edit distance, the first of equals, or "" when every
/// one differs in more than a third of the longer word's letters (and in more than one letter).
[[nodiscard]] std::string nearest_name(std::string_view wrong, std::span<const std::string> known);

/// For an InputError's remedy: "did you mean 'weight'?", or "known are 'age', 'weight'" where none is near
/// (at most 12 names are listed, then "..."), or "" where nothing is known.
[[nodiscard]] std::string suggest(std::string_view wrong, std::span<const std::string> known);

/// value in the fewest digits that give it back: "0.1", "1e-09".
[[nodiscard]] std::string shortest(double value);

}  // namespace kohort
