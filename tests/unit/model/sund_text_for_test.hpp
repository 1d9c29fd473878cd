// Small SUND texts for tests: sections that a test does not need are added.
#pragma once

#include "model/sund.hpp"

#include <array>
#include <string>
#include <string_view>

namespace kohort::model {

/// text with the headers of all missing sections after it, and a name and a time unit (min) if there are none.
inline std::string whole_sund(std::string text) {
    if (!text.empty() && text.back() != '\n') text += '\n';
    const auto add = [&](std::string_view section, std::string_view content) {
        const std::string header = "########## " + std::string(section) + "\n";
        if (text.find("\n" + header) == std::string::npos && !text.starts_with(header))
            text += header + std::string(content);
    };
    add("NAME", "test\n");
    add("METADATA", "time_unit = m\n");
    for (const char* section :
         {"MACROS", "STATES", "PARAMETERS", "VARIABLES", "FUNCTIONS", "EVENTS", "OUTPUTS", "INPUTS", "FEATURES"}) {
        add(section, "");
    }
    return text;
}

inline Model read_part(const std::string& text, const std::string& file = "model.txt") {
    return read_sund(whole_sund(text), file);
}

}  // namespace kohort::model
