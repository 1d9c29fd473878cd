// Work on the cells of a share, on all threads of the rank.
#pragma once

#include "kernels/share_out.hpp"
#include "uncertainty/cell_share.hpp"

namespace kohort::uncertainty {

/// Calls work(cell) for all of these cells, shared out over the threads of the rank.
template <class Work>
void for_each_cell(const CellShare& cells, const Work& work) {
    kernels::share_out({}, "uncertainty::for_each_cell", cells.size(), [&](int first, int last) {
        for (int cell = cells.first + first; cell < cells.first + last; ++cell) work(cell);
    });
}

}  // namespace kohort::uncertainty
