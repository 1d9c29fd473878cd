// The known name that somebody who wrote an unknown one most likely meant; for messages.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace kohort {

/// The candidate with the fewest edits (insert, delete, replace, swap of neighbours; a change of case counts less) from
/// name, or an empty string when none is near: more than a third of the name would have to change. Equal distances: the first.
[[nodiscard]] std::string nearest(std::string_view name, std::span<const std::string> candidates);

/// A remedy: "did you mean `k_abs`?", or otherwise when nothing is near.
[[nodiscard]] std::string did_you_mean(std::string_view name, std::span<const std::string> candidates,
                                       std::string otherwise = {});

}  // namespace kohort
