// Sobol's points in up to 3,667 dimensions, any point and any coordinate directly.
//
//     const SobolSequence net(6);
//     const double coordinate = net.at(1023, 2);
//
// Direction numbers: Joe and Kuo 2008, doi:10.1137/070709359 (new-joe-kuo-6), from the table in Boost's headers.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace kohort::uncertainty {

inline constexpr int max_sobol_dimensions = 3667;
inline constexpr std::int64_t max_sobol_points = std::int64_t{1} << 32;

/// The points in Gray-code order (Antonov and Saleev 1979), beginning with the zero point, which most libraries drop
/// although the first 2^m points are a net only with it (Owen 2020, arXiv:2008.08051).
class SobolSequence {
public:
    /// 1 <= dimensions <= max_sobol_dimensions
    explicit SobolSequence(int dimensions);

    [[nodiscard]] int dimensions() const { return static_cast<int>(directions_.size()); }

    /// 2^32 times the coordinate; dimensions are counted from 0, 0 <= point < max_sobol_points.
    [[nodiscard]] std::uint32_t bits(std::int64_t point, int dimension) const;
    /// In [0, 1), exactly.
    [[nodiscard]] double at(std::int64_t point, int dimension) const { return bits(point, dimension) * 0x1p-32; }

private:
    std::vector<std::array<std::uint32_t, 32>> directions_;  // (dimensions, bits of the point's number), times 2^32
};

}  // namespace kohort::uncertainty
