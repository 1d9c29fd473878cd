// Indices of the arrays of an IQM text: numbers that formulas of numbers, parameters and an index give.
#pragma once

#include "model/declarations.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kohort::model {

inline constexpr std::size_t most_array_elements = 100'000;  // of all arrays of a text

struct Index {
    std::string name;
    long value = 0;
};

class ArrayIndices {
public:
    ArrayIndices(const std::vector<Declaration>& parameters, const std::string& file) : file_(file) {
        for (const Declaration& line : parameters) parameters_.emplace(line.name, &line);
    }

    /// The line that is looked at from now on.
    void begin(const Declaration& line) { line_ = &line; }

    /// `k,1:3`: the index and its values, one at least.
    [[nodiscard]] std::pair<std::string, std::vector<long>> definition(std::string_view text);
    [[nodiscard]] long whole_number(std::string_view text, const std::optional<Index>& index);
    /// Which parameters were used, and that their values are fixed by that.
    [[nodiscard]] const std::vector<std::string>& remarks() const { return remarks_; }

    /// inside is a piece of the line's body, or of its name.
    [[noreturn]] void refuse(std::string_view inside, const std::string& problem) const;

private:
    [[nodiscard]] Place place(std::string_view inside) const;
    [[nodiscard]] std::vector<long> range(std::string_view text);
    [[nodiscard]] double number(std::string_view text, const std::optional<Index>& index);
    [[nodiscard]] double parameter(std::string_view name);

    const std::string& file_;
    const Declaration* line_ = nullptr;
    std::map<std::string, const Declaration*, std::less<>> parameters_;
    std::map<std::string, bool> is_told_;  // parameters of which a remark speaks
    std::vector<std::string> remarks_;
};

}  // namespace kohort::model
