// The values of a block of runs, one cell at a time: all cells of a block are larger than a cache, one cell is not.
#pragma once

#include <span>

namespace kohort::uncertainty {

class BlockValues {
public:
    virtual ~BlockValues() = default;
    [[nodiscard]] virtual int rows() const = 0;
    /// values: (rows) in the order of the design; NaN where a run failed or has no such value. Several threads may read.
    virtual void read(int cell, std::span<double> values) const = 0;
};

}  // namespace kohort::uncertainty
