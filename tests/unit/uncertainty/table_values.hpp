// Tables of values (runs, cells), as tests make them, for what takes them cell by cell.
#pragma once

#include "uncertainty/block_values.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace kohort::uncertainty {

/// The column of a cell.
inline std::vector<double> column_of(std::span<const double> table, std::size_t n_cells, std::size_t cell) {
    std::vector<double> column;
    for (std::size_t at = cell; at < table.size(); at += n_cells) column.push_back(table[at]);
    return column;
}

/// sums.add for every cell.
template <class Sums>
void add_table(Sums& sums, std::span<const double> table, std::size_t n_cells) {
    for (std::size_t cell = 0; cell < n_cells; ++cell)
        sums.add(static_cast<int>(cell), column_of(table, n_cells, cell));
}

class TableValues final : public BlockValues {
public:
    TableValues(std::vector<double> table, std::size_t n_cells) : table_(std::move(table)), n_cells_(n_cells) {}
    [[nodiscard]] int rows() const override { return static_cast<int>(table_.size() / n_cells_); }
    void read(int cell, std::span<double> values) const override {
        const std::vector<double> column = column_of(table_, n_cells_, static_cast<std::size_t>(cell));
        std::copy(column.begin(), column.end(), values.begin());
    }

private:
    std::vector<double> table_;
    std::size_t n_cells_;
};

}  // namespace kohort::uncertainty
