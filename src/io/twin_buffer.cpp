#include "io/twin_buffer.hpp"

#include "base/errors.hpp"

#include <algorithm>

namespace kohort::io {
namespace {

/// Columns [begin, end) of a (rows, columns) array.
std::vector<double> columns(const std::vector<double>& all, std::size_t n_rows, std::size_t n_columns,
                            std::size_t begin, std::size_t end) {
    std::vector<double> part;
    part.reserve(n_rows * (end - begin));
    for (std::size_t row = 0; row < n_rows; ++row) {
        const auto start = all.begin() + static_cast<std::ptrdiff_t>(row * n_columns);
        part.insert(part.end(), start + static_cast<std::ptrdiff_t>(begin), start + static_cast<std::ptrdiff_t>(end));
    }
    return part;
}

}  // namespace

void TwinBuffer::add(std::int64_t first, std::int64_t count, std::span<const std::vector<double>> values) {
    if (count == 0) return;
    KOHORT_CHECK(values.size() == rows_.size());
    for (std::size_t variable = 0; variable < rows_.size(); ++variable) {
        KOHORT_CHECK(values[variable].size() == rows_[variable] * static_cast<std::size_t>(count));
    }
    const bool is_new = pieces_.emplace(first, Piece{count, {values.begin(), values.end()}}).second;
    KOHORT_CHECK(is_new);
}

BlockPart TwinBuffer::take(TwinRange block) {
    std::vector<std::pair<TwinRange, Piece>> inside;
    std::vector<std::pair<std::int64_t, Piece>> outside;  // the rest of pieces that reach over an edge of the block
    for (auto piece = pieces_.begin(); piece != pieces_.end();) {
        const TwinRange whole{piece->first, piece->first + piece->second.count};
        const TwinRange part{std::max(whole.first, block.first), std::min(whole.last, block.last)};
        if (part.size() <= 0) {
            ++piece;
            continue;
        }
        const auto cut = [&](TwinRange range) {
            Piece result{range.size(), {}};
            for (std::size_t variable = 0; variable < rows_.size(); ++variable) {
                result.values.push_back(columns(piece->second.values[variable], rows_[variable],
                                                static_cast<std::size_t>(whole.size()),
                                                static_cast<std::size_t>(range.first - whole.first),
                                                static_cast<std::size_t>(range.last - whole.first)));
            }
            return result;
        };
        if (whole.first < part.first) outside.emplace_back(whole.first, cut({whole.first, part.first}));
        if (part.last < whole.last) outside.emplace_back(part.last, cut({part.last, whole.last}));
        inside.emplace_back(part, part == whole ? std::move(piece->second) : cut(part));
        piece = pieces_.erase(piece);
    }
    for (auto& [first, piece] : outside) pieces_.emplace(first, std::move(piece));

    BlockPart result;
    for (const auto& [range, piece] : inside) {
        if (!result.runs.empty() && result.runs.back().last == range.first)
            result.runs.back().last = range.last;
        else
            result.runs.push_back(range);
    }
    for (std::size_t variable = 0; variable < rows_.size(); ++variable) {
        std::vector<double> joined;
        for (std::size_t row = 0; row < rows_[variable]; ++row) {
            for (const auto& [range, piece] : inside) {
                const auto start = piece.values[variable].begin() + static_cast<std::ptrdiff_t>(row) * range.size();
                joined.insert(joined.end(), start, start + range.size());
            }
        }
        result.values.push_back(std::move(joined));
    }
    return result;
}

}  // namespace kohort::io
