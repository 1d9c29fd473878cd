// Comma-separated tables that people wrote: rows of cells with their places. What cells mean is for the caller.
#pragma once

#include "base/errors.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kohort {

struct CsvCell {
    std::string text;
    bool quoted = false;
    int column = 1;  // of its first character, from 1
};

struct CsvRow {
    int line = 0;
    std::vector<CsvCell> cells;
};

/// The lines that are not empty. A cell in double quotes may hold commas, and "" for a quote; other cells are trimmed.
/// file is the name used in messages. Throws InputError.
[[nodiscard]] std::vector<CsvRow> csv_rows(std::string_view text, const std::string& file);

/// The same for a file.
[[nodiscard]] std::vector<CsvRow> read_csv(const std::string& path);

/// The cell as a finite number, or nothing.
[[nodiscard]] std::optional<double> csv_number(const CsvCell& cell);

}  // namespace kohort
