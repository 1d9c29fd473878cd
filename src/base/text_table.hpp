// Plain-text tables with aligned columns, and numbers with as many digits as they are known to.
#pragma once

#include <string>
#include <vector>

namespace kohort {

/// The first column is aligned to the left, the others to the right; two blanks between columns.
class TextTable {
public:
    void add_row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    /// Every line begins with indent and ends with a line end, without trailing blanks.
    [[nodiscard]] std::string text(const std::string& indent) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

/// value with decimals up to the second significant digit of its error ("-5.19" for an error of 0.21); four significant
/// digits where the error is 0 or unknown; "-" for NaN.
[[nodiscard]] std::string known_to(double value, double error);

[[nodiscard]] std::string with_decimals(double value, int decimals);

/// "0.0312", "<0.0001"
[[nodiscard]] std::string p_words(double p_value);

}  // namespace kohort
