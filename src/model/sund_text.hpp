// The outer form of a SUND text: eleven sections of declarations `name = body`, without comments.
#pragma once

#include "base/errors.hpp"
#include "model/declarations.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kohort::model {

enum class Section : std::uint8_t {
    name,
    metadata,
    macros,
    states,
    parameters,
    variables,
    functions,
    events,
    outputs,
    inputs,
    features
};
inline constexpr std::size_t n_sections = 11;

struct SundText {
    std::shared_ptr<const std::string> text;  // what the views refer to: the file with blanks for comments
    std::string model_name;                   // the content of NAME
    Place name_place;
    std::array<std::vector<Declaration>, n_sections> sections;  // NAME is empty here

    [[nodiscard]] const std::vector<Declaration>& operator[](Section section) const {
        return sections[static_cast<std::size_t>(section)];
    }
};

/// Throws InputError for a missing, repeated or misspelt section, an unclosed comment or string, text outside every
/// declaration, or a file of more than 4 MiB.
[[nodiscard]] SundText cut_sund(std::string_view text, const std::string& file);

}  // namespace kohort::model
