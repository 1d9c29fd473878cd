// Numbers of things, in words of reports.
#pragma once

#include <cstdint>
#include <string>

namespace kohort {

/// "1 event", "3 events", "1 analysis", "2 analyses"; the plural is word + "s" unless given.
[[nodiscard]] inline std::string counted(std::int64_t n, const std::string& word, const std::string& words = "") {
    const std::string plural = words.empty() ? word + "s" : words;
    return std::to_string(n) + " " + (n == 1 ? word : plural);
}

}  // namespace kohort
