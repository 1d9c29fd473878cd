// A design says which runs there are. Its rows come in blocks of equal length: the unit that one rank runs and whose values
// are analysed together, whatever the chunks.
#pragma once

#include <cstdint>
#include <span>

namespace kohort::uncertainty {

class Design {
public:
    virtual ~Design() = default;
    [[nodiscard]] virtual int inputs() const = 0;
    [[nodiscard]] virtual std::int64_t blocks() const = 0;
    [[nodiscard]] virtual int block_rows() const = 0;
    /// [probability] (inputs): where each input stands in its distribution in row `place` of a block. Any row without the others.
    virtual void fill(std::int64_t block, int place, std::span<double> coordinates) const = 0;

    [[nodiscard]] std::int64_t rows() const { return blocks() * block_rows(); }
};

}  // namespace kohort::uncertainty
