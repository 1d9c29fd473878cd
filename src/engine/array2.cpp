#include "engine/array2.hpp"

#include <string>

namespace kohort::engine {

Array2 array(const char* label, std::size_t rows, std::size_t twins) {
    return Array2(Kokkos::view_alloc(std::string("engine::") + label, Kokkos::WithoutInitializing), rows, twins);
}

Array2 columns(const Array2& all, std::span<const std::size_t> twins) {
    Array2 some = array("some twins", all.extent(0), twins.size());
    for (std::size_t row = 0; row < all.extent(0); ++row)
        for (std::size_t twin = 0; twin < twins.size(); ++twin) some(row, twin) = all(row, twins[twin]);
    return some;
}

}  // namespace kohort::engine
