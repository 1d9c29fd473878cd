// How deep the elements of an XML text are inside each other, before a parser that goes down with them sees it.
#pragma once

#include <optional>
#include <string_view>

namespace kohort::model {

/// The line of the first element that is inside more than `most` others; nothing if there is none. Of a text that is not
/// well-formed, what stands before the first mistake counts.
[[nodiscard]] std::optional<int> line_nested_deeper(std::string_view xml, int most);

}  // namespace kohort::model
