#include "model/xml_depth.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace kohort::model {

namespace {

struct Span {
    std::string_view begin;
    std::string_view end;
};

// What holds no elements, whatever it looks like.
constexpr auto opaque = std::to_array<Span>({{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}});

/// Behind the first `what` from a place, or the end of the text.
std::size_t behind(std::string_view text, std::string_view what, std::size_t from) {
    const std::size_t at = text.find(what, from);
    return at == std::string_view::npos ? text.size() : at + what.size();
}

/// Behind the `>` of the tag that begins at a place; a `>` in quotes ends nothing.
std::size_t behind_tag(std::string_view text, std::size_t at) {
    char quote = 0;
    for (; at < text.size(); ++at) {
        const char letter = text[at];
        if (quote != 0) {
            if (letter == quote) quote = 0;
        } else if (letter == '"' || letter == '\'') {
            quote = letter;
        } else if (letter == '>') {
            return at + 1;
        }
    }
    return text.size();
}

}  // namespace

std::optional<int> line_nested_deeper(std::string_view xml, int most) {
    int depth = 0;
    std::size_t next = 0;
    for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', next)) {
        const std::string_view rest = xml.substr(at);
        const auto* const span = std::ranges::find_if(opaque,
                                                      [&](const Span& each) { return rest.starts_with(each.begin); });
        if (span != opaque.end()) {
            next = behind(xml, span->end, at + span->begin.size());
            continue;
        }
        next = behind_tag(xml, at);
        if (rest.starts_with("</")) {
            depth = std::max(0, depth - 1);
        } else if (!xml.substr(at, next - at).ends_with("/>") && ++depth > most) {
            return 1 + static_cast<int>(std::count(xml.begin(), xml.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
        }
    }
    return std::nullopt;
}

}  // namespace kohort::model
