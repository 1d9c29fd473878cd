#include "io/block_exchange.hpp"

#include <algorithm>
#include <numeric>

namespace kohort::io {
namespace {

TwinRange overlap(TwinRange one, TwinRange other) {
    const std::int64_t first = std::max(one.first, other.first);
    return {first, std::max(first, std::min(one.last, other.last))};
}

/// Calls visit(row of the slab, twins) for every stretch that a rank with these runs has of the slab, in sending order.
template <class Visit>
void for_each_stretch(const Slab& slab, const std::vector<TwinRange>& runs, Visit&& visit) {
    for (std::size_t row = 0; row < slab.rows(); ++row) {
        for (const TwinRange& run : runs) {
            const TwinRange part = overlap(run, slab.twins);
            if (part.size() > 0) visit(row, part);
        }
    }
}

int count_of(const std::vector<Slab>& slabs, const std::vector<TwinRange>& runs) {
    std::int64_t count = 0;
    for (const Slab& slab : slabs) {
        for (const TwinRange& run : runs)
            count += static_cast<std::int64_t>(slab.rows()) * overlap(run, slab.twins).size();
    }
    return static_cast<int>(count);
}

std::vector<int> offsets_of(const std::vector<int>& counts) {
    std::vector<int> offsets(counts.size());
    std::exclusive_scan(counts.begin(), counts.end(), offsets.begin(), 0);
    return offsets;
}

/// Numbers for a rank that stores these slabs, in the order that for_each_stretch goes.
void pack(const std::vector<Slab>& slabs, const std::vector<TwinRange>& runs, const std::vector<double>& mine,
          std::vector<double>& packed) {
    std::int64_t n_mine = 0;
    std::vector<std::int64_t> column_of_run;  // where each run starts in a row of mine
    for (const TwinRange& run : runs) {
        column_of_run.push_back(n_mine);
        n_mine += run.size();
    }
    for (const Slab& slab : slabs) {
        for_each_stretch(slab, runs, [&](std::size_t row, TwinRange part) {
            const auto run = std::upper_bound(runs.begin(), runs.end(), part.first,
                                              [](std::int64_t twin, const TwinRange& one) { return twin < one.last; });
            const std::int64_t column = column_of_run[static_cast<std::size_t>(run - runs.begin())] + part.first - run->first;
            const auto start = mine.begin() + static_cast<std::ptrdiff_t>(slab.first_row + row) * n_mine + column;
            packed.insert(packed.end(), start, start + part.size());
        });
    }
}

/// Puts what one rank sent into the slabs.
void unpack(const std::vector<Slab>& slabs, const std::vector<TwinRange>& runs, const double* packed,
            std::vector<double>& stored) {
    std::size_t slab_begin = 0;
    for (const Slab& slab : slabs) {
        for_each_stretch(slab, runs, [&](std::size_t row, TwinRange part) {
            const auto target = static_cast<std::int64_t>(slab_begin) +
                                static_cast<std::int64_t>(row) * slab.twins.size() + part.first - slab.twins.first;
            std::copy(packed, packed + part.size(), stored.begin() + target);
            packed += part.size();
        });
        slab_begin += slab.size();
    }
}

}  // namespace

std::vector<Slab> slabs_of_share(const ChunkGrid& grid, TwinRange block, int share, int n_shares) {
    const auto n_twin_chunks = static_cast<std::size_t>((block.size() + grid.chunk_twins - 1) / grid.chunk_twins);
    const std::size_t chunks_per_group = (grid.group_rows + grid.chunk_rows - 1) / grid.chunk_rows;
    const std::size_t n_row_chunks = grid.n_rows / grid.group_rows * chunks_per_group;
    const std::size_t n_chunks = n_row_chunks * n_twin_chunks;
    const std::size_t begin = n_chunks * static_cast<std::size_t>(share) / static_cast<std::size_t>(n_shares);
    const std::size_t end = n_chunks * (static_cast<std::size_t>(share) + 1) / static_cast<std::size_t>(n_shares);
    std::vector<Slab> slabs;
    for (std::size_t chunk = begin; chunk < end;) {
        const std::size_t row_chunk = chunk / n_twin_chunks;
        const std::size_t chunk_end = std::min(end, (row_chunk + 1) * n_twin_chunks);
        const std::size_t group_begin = row_chunk / chunks_per_group * grid.group_rows;
        const std::size_t first_row = group_begin + row_chunk % chunks_per_group * grid.chunk_rows;
        const std::size_t last_row = std::min(first_row + grid.chunk_rows, group_begin + grid.group_rows);
        const auto twin_at = [&](std::size_t index) {
            return std::min(block.first + static_cast<std::int64_t>(index - row_chunk * n_twin_chunks) * grid.chunk_twins,
                            block.last);
        };
        slabs.push_back({first_row, last_row, {twin_at(chunk), twin_at(chunk_end)}});
        chunk = chunk_end;
    }
    return slabs;
}

std::vector<double> exchange(MPI_Comm communicator, const ChunkGrid& grid, TwinRange block,
                             const std::vector<std::vector<TwinRange>>& runs, const std::vector<double>& mine) {
    int rank = 0;
    int size = 0;
    MPI_Comm_rank(communicator, &rank);
    MPI_Comm_size(communicator, &size);
    const std::vector<Slab> my_slabs = slabs_of_share(grid, block, rank, size);
    const std::vector<TwinRange>& my_runs = runs[static_cast<std::size_t>(rank)];

    std::vector<double> sent;
    std::vector<int> n_sent;
    std::vector<int> n_received;
    for (int other = 0; other < size; ++other) {
        const std::size_t before = sent.size();
        pack(slabs_of_share(grid, block, other, size), my_runs, mine, sent);
        n_sent.push_back(static_cast<int>(sent.size() - before));
        n_received.push_back(count_of(my_slabs, runs[static_cast<std::size_t>(other)]));
    }
    const std::vector<int> sent_at = offsets_of(n_sent);
    const std::vector<int> received_at = offsets_of(n_received);
    std::vector<double> received(static_cast<std::size_t>(received_at.back() + n_received.back()));
    MPI_Alltoallv(sent.data(), n_sent.data(), sent_at.data(), MPI_DOUBLE, received.data(), n_received.data(),
                  received_at.data(), MPI_DOUBLE, communicator);

    std::vector<double> stored(received.size());
    for (int other = 0; other < size; ++other) {
        const auto at = static_cast<std::size_t>(other);
        unpack(my_slabs, runs[at], received.data() + received_at[at], stored);
    }
    return stored;
}

}  // namespace kohort::io
