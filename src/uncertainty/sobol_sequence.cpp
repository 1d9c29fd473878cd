#include "uncertainty/sobol_sequence.hpp"

#include "base/errors.hpp"

#include <boost/random/detail/sobol_table.hpp>

#include <bit>

namespace kohort::uncertainty {

namespace {

using Table = boost::random::detail::qrng_tables::sobol;
using Directions = std::array<std::uint32_t, 32>;
static_assert(Table::max_dimension == max_sobol_dimensions);

/// Van der Corput's: the bits of the number, mirrored.
Directions first_dimension() {
    Directions direction{};
    for (std::size_t bit = 0; bit < direction.size(); ++bit) direction[bit] = 1U << (31U - bit);
    return direction;
}

/// Bratley and Fox 1988, doi:10.1145/42288.214372: the primitive polynomial makes each direction number from
/// the `degree` ones before it.
Directions later_dimension(std::size_t row) {
    const std::uint32_t polynomial = Table::polynomial(row);
    const auto degree = static_cast<std::size_t>(std::bit_width(polynomial) - 1);
    Directions direction{};
    for (std::size_t bit = 0; bit < degree; ++bit) {
        direction[bit] = std::uint32_t{Table::minit(row, bit)} << (31U - bit);
    }
    for (std::size_t bit = degree; bit < direction.size(); ++bit) {
        std::uint32_t next = direction[bit - degree] ^ (direction[bit - degree] >> degree);
        for (std::size_t power = 1; power < degree; ++power) {
            if ((polynomial >> (degree - power) & 1U) != 0) next ^= direction[bit - power];
        }
        direction[bit] = next;
    }
    return direction;
}

}  // namespace

SobolSequence::SobolSequence(int dimensions) {
    KOHORT_CHECK(dimensions >= 1 && dimensions <= max_sobol_dimensions);
    directions_.push_back(first_dimension());
    for (std::size_t row = 0; row + 1 < static_cast<std::size_t>(dimensions); ++row) {
        directions_.push_back(later_dimension(row));
    }
}

std::uint32_t SobolSequence::bits(std::int64_t point, int dimension) const {
    KOHORT_CHECK(point >= 0 && point < max_sobol_points && dimension >= 0 && dimension < dimensions());
    const auto& direction = directions_[static_cast<std::size_t>(dimension)];
    const auto number = static_cast<std::uint32_t>(point);
    std::uint32_t coordinate = 0;
    for (std::uint32_t left = number ^ (number >> 1U); left != 0; left &= left - 1) {
        coordinate ^= direction[static_cast<std::size_t>(std::countr_zero(left))];
    }
    return coordinate;
}

}  // namespace kohort::uncertainty
