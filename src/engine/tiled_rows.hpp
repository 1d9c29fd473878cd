// Observations of a group of twins, as kernels write them.
#pragma once

#include "kernels/tiles.hpp"

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <span>

namespace kohort::engine {

/// (rows, n_twins) in the tiles of kernels/tiles.hpp. Not initialised.
class TiledRows {
public:
    TiledRows() = default;
    TiledRows(std::size_t rows, std::size_t twins)
        : n_rows_(rows),
          n_twins_(twins),
          numbers_(Kokkos::view_alloc("engine::observations", Kokkos::WithoutInitializing), rows * twins) {}

    [[nodiscard]] std::size_t n_rows() const { return n_rows_; }
    [[nodiscard]] double* data() const { return numbers_.data(); }

    [[nodiscard]] double& operator()(std::size_t row, std::size_t twin) const {
        const kernels::TilePlace place = place_of(twin);
        return numbers_(static_cast<std::size_t>(place.start) + row * static_cast<std::size_t>(place.stride));
    }

    /// A row from this twin on, as far as twins lie side by side, and no more than `most` of them.
    [[nodiscard]] std::span<const double> side_by_side(std::size_t row, std::size_t twin, std::size_t most) const {
        const auto width = static_cast<std::size_t>(place_of(twin).stride);
        constexpr auto tile = static_cast<std::size_t>(kernels::twins_a_tile);
        return {&(*this)(row, twin), std::min(most, width - twin % tile)};
    }

private:
    [[nodiscard]] kernels::TilePlace place_of(std::size_t twin) const {
        return kernels::place_in_tiles(static_cast<std::int64_t>(twin), static_cast<std::int64_t>(n_twins_),
                                       static_cast<std::int64_t>(n_rows_));
    }

    std::size_t n_rows_ = 0;
    std::size_t n_twins_ = 0;
    Kokkos::View<double*, Kokkos::HostSpace> numbers_;
};

}  // namespace kohort::engine
