// The arrays of a group of twins.
#pragma once

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <span>

namespace kohort::engine {

/// Rows are (quantity, twin) with the twin fastest.
using Array2 = Kokkos::View<double**, Kokkos::LayoutRight, Kokkos::HostSpace>;

/// Not initialised; label is what Kokkos' tools show.
[[nodiscard]] Array2 array(const char* label, std::size_t rows, std::size_t twins);

/// The chosen twins' part of an array.
[[nodiscard]] Array2 columns(const Array2& all, std::span<const std::size_t> twins);

}  // namespace kohort::engine
