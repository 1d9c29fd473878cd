#include "io/result_writer.hpp"

#include "io/block_exchange.hpp"
#include "io/collective.hpp"
#include "io/hdf5.hpp"
#include "io/result_skeleton.hpp"
#include "io/result_verify.hpp"
#include "io/twin_buffer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <system_error>

namespace kohort::io {
namespace {

namespace fs = std::filesystem;

int size_of(MPI_Comm communicator) {
    int size = 0;
    MPI_Comm_size(communicator, &size);
    return size;
}

int rank_of(MPI_Comm communicator) {
    int rank = 0;
    MPI_Comm_rank(communicator, &rank);
    return rank;
}

fs::path partial_path(const fs::path& path) { return path.string() + ".partial"; }

void refuse_existing(const fs::path& path, bool overwrite) {
    std::error_code error;
    if (fs::is_directory(path, error))
        throw InputError({path.string()}, "this is a folder", "name a file for the result");
    if (!overwrite && fs::exists(path, error))
        throw InputError({path.string()}, "this file exists already",
                         "choose another name, or add --overwrite to replace it");
}

/// Tries to make the unfinished file; leaves nothing behind.
void try_to_write(const fs::path& path) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
    std::error_code error;
    if (!fs::is_directory(folder, error))
        throw InputError({path.string()}, "there is no folder " + folder.string(),
                         "make the folder first, or choose another name");
    const fs::path partial = partial_path(path);
    const bool was_there = fs::exists(partial, error);
    errno = 0;
    const bool writable = std::ofstream(partial, std::ios::app).good();
    if (!writable)
        throw InputError({path.string()}, std::string("cannot write here: ") + std::strerror(errno),
                         "choose a folder where you may write");
    if (!was_there) fs::remove(partial, error);
}

/// What reached the system is on the disk before the file gets its name.
void sync(const fs::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool done = descriptor >= 0 && (::fsync(descriptor) == 0 || errno == EINVAL);
    const int reason = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!done) throw h5::Error(std::string("cannot write the file to disk: ") + std::strerror(reason));
}

/// One dataset whose numbers arrive with the twins.
struct Stream {
    std::string name;  // "/outcomes/weight"
    StoredType type = StoredType::float64;
    std::vector<hsize_t> shape;  // twin last
    h5::Handle dataset;
    [[nodiscard]] std::size_t rows() const {
        std::size_t rows = 1;
        for (std::size_t dimension = 0; dimension + 1 < shape.size(); ++dimension) rows *= shape[dimension];
        return rows;
    }
};

std::vector<hsize_t> shape_of(const Variable& variable, const Group& group) {
    std::vector<hsize_t> shape;
    for (const std::string& dimension : variable.dimensions) {
        const auto found = std::find_if(group.coordinates.begin(), group.coordinates.end(),
                                        [&](const Coordinate& one) { return one.name == dimension; });
        KOHORT_CHECK(found != group.coordinates.end());
        shape.push_back(found->size());
    }
    return shape;
}

std::vector<Stream> streams_of(const ResultLayout& layout) {
    std::vector<Stream> streams;
    for (const Group& group : layout.groups) {
        for (const Variable& variable : group.variables) {
            if (!variable.values.empty() || !variable.texts.empty()) continue;
            KOHORT_CHECK(!variable.dimensions.empty() && variable.dimensions.back() == "twin");
            streams.push_back({"/" + group.name + "/" + variable.name, variable.type, shape_of(variable, group), {}});
            KOHORT_CHECK(streams.back().shape.back() == static_cast<hsize_t>(layout.n_twins));
        }
    }
    return streams;
}

/// Twins of one block: whole chunks of every dataset, as many as fit.
std::int64_t block_size(const std::vector<Stream>& streams, std::size_t block_bytes) {
    std::size_t twin_bytes = 1;
    for (const Stream& stream : streams) twin_bytes += stream.rows() * sizeof(double);
    const std::size_t n_chunks = std::max<std::size_t>(1, block_bytes / twin_bytes / longest_twin_chunk);
    return static_cast<std::int64_t>(n_chunks * longest_twin_chunk);
}

ChunkGrid grid_of(const Stream& stream) {
    const std::vector<hsize_t> chunk = chunk_shape(stream.shape, bytes_of(stream.type));
    const std::size_t n = chunk.size();
    return {stream.rows(), n >= 2 ? stream.shape[n - 2] : 1, n >= 2 ? chunk[n - 2] : 1,
            static_cast<std::int64_t>(chunk.back())};
}

/// Adds a slab of the dataset, whose rows are its leading dimensions laid flat, to a selection.
void select(hid_t space, const Stream& stream, const Slab& slab) {
    const std::size_t n = stream.shape.size();
    std::vector<hsize_t> start(n, 0);
    std::vector<hsize_t> count(n, 1);
    start[n - 1] = static_cast<hsize_t>(slab.twins.first);
    count[n - 1] = static_cast<hsize_t>(slab.twins.size());
    if (n >= 2) count[n - 2] = slab.rows();
    std::size_t row = slab.first_row;
    for (std::size_t dimension = n - 1; dimension-- > 0;) {
        start[dimension] = row % stream.shape[dimension];
        row /= stream.shape[dimension];
    }
    h5::check(H5Sselect_hyperslab(space, H5S_SELECT_OR, start.data(), nullptr, count.data(), nullptr), "select twins");
}

/// Twins of a block by the rank that has them: ascending, joined where they touch.
std::vector<std::vector<TwinRange>> runs_by_rank(std::vector<std::pair<TwinRange, int>> arrivals, int n_ranks) {
    std::sort(arrivals.begin(), arrivals.end(),
              [](const auto& one, const auto& other) { return one.first.first < other.first.first; });
    std::vector<std::vector<TwinRange>> runs(static_cast<std::size_t>(n_ranks));
    for (const auto& [range, rank] : arrivals) {
        std::vector<TwinRange>& own = runs[static_cast<std::size_t>(rank)];
        if (!own.empty() && own.back().last == range.first)
            own.back().last = range.last;
        else
            own.push_back(range);
    }
    return runs;
}

}  // namespace

std::string agree_on_text(MPI_Comm communicator, const std::string& mine) {
    const int size = size_of(communicator);
    const int candidate = mine.empty() ? size : rank_of(communicator);
    int source = size;
    MPI_Allreduce(&candidate, &source, 1, MPI_INT, MPI_MIN, communicator);
    if (source == size) return {};
    int length = static_cast<int>(mine.size());
    MPI_Bcast(&length, 1, MPI_INT, source, communicator);
    std::string text = mine;
    text.resize(static_cast<std::size_t>(length));
    MPI_Bcast(text.data(), length, MPI_CHAR, source, communicator);
    return text;
}

void require_writable(MPI_Comm communicator, const fs::path& path, bool overwrite) {
    together(communicator, path, rank_of(communicator) == 0, [&] {
        refuse_existing(path, overwrite);
        try_to_write(path);
    });
}

struct ResultWriter::State {
    MPI_Comm communicator;
    fs::path path;
    bool overwrite;
    std::vector<Stream> streams;
    std::int64_t n_twins;
    std::int64_t block_twins;
    std::vector<std::int64_t> missing;  // per block: twins that have not arrived on any rank
    std::map<std::size_t, std::vector<std::pair<TwinRange, int>>> arrivals;  // per unwritten block: twins and their rank
    std::size_t next_block = 0;                                              // blocks before it are in the file
    TwinBuffer buffer;
    h5::Handle file;
    h5::Handle transfer;

    [[nodiscard]] TwinRange block(std::size_t index) const {
        const std::int64_t first = static_cast<std::int64_t>(index) * block_twins;
        return {first, std::min(first + block_twins, n_twins)};
    }
    void open();
    void count_arrivals(TwinRange mine);
    void write_block(std::size_t index);
    void write_stream(const Stream& stream, TwinRange range, const std::vector<double>& values) const;
    void close_file();
    void verify() const;
};

void ResultWriter::State::open() {
    const h5::Handle access = file_properties();
    h5::check(H5Pset_fapl_mpio(access, communicator, MPI_INFO_NULL), "choose MPI-IO");
    h5::check(H5Pset_all_coll_metadata_ops(access, true), "read metadata together");
    h5::check(H5Pset_coll_metadata_write(access, true), "write metadata together");
    file = h5::Handle(H5Fopen(partial_path(path).c_str(), H5F_ACC_RDWR, access), "open " + partial_path(path).string());
    for (Stream& stream : streams)
        stream.dataset = h5::Handle(H5Dopen2(file, stream.name.c_str(), H5P_DEFAULT), "open " + stream.name);
    transfer = h5::Handle(H5Pcreate(H5P_DATASET_XFER), "make transfer properties");
    h5::check(H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE), "write together");
}

void ResultWriter::State::count_arrivals(TwinRange mine) {
    std::vector<TwinRange> arrived(static_cast<std::size_t>(size_of(communicator)));
    static_assert(sizeof(TwinRange) == 2 * sizeof(std::int64_t));
    MPI_Allgather(&mine, 2, MPI_INT64_T, arrived.data(), 2, MPI_INT64_T, communicator);
    for (std::size_t rank = 0; rank < arrived.size(); ++rank) {
        const TwinRange range = arrived[rank];
        if (range.size() == 0) continue;
        KOHORT_CHECK(range.first >= 0 && range.last <= n_twins);
        for (auto index = static_cast<std::size_t>(range.first / block_twins); block(index).first < range.last; ++index) {
            const TwinRange part{std::max(block(index).first, range.first), std::min(block(index).last, range.last)};
            arrivals[index].emplace_back(part, static_cast<int>(rank));
            missing[index] -= part.size();
            KOHORT_CHECK(missing[index] >= 0);
            if (part.last == n_twins) break;
        }
    }
}

void ResultWriter::State::write_stream(const Stream& stream, TwinRange range, const std::vector<double>& values) const {
    const h5::Handle there(H5Dget_space(stream.dataset), "get the shape of " + stream.name);
    h5::check(H5Sselect_none(there), "select nothing");
    for (const Slab& slab : slabs_of_share(grid_of(stream), range, rank_of(communicator), size_of(communicator)))
        select(there, stream, slab);
    const hsize_t n = values.size();
    const h5::Handle here(H5Screate_simple(1, &n, nullptr), "make a data space");
    if (n == 0) h5::check(H5Sselect_none(here), "select nothing");
    std::vector<std::byte> bytes = stored_bytes(stream.type, values);
    bytes.resize(std::max<std::size_t>(bytes.size(), 1));  // the library wants a buffer even for nothing
    h5::check(H5Dwrite(stream.dataset, memory_type_of(stream.type), here, there, transfer, bytes.data()),
              "write " + stream.name);
}

void ResultWriter::State::write_block(std::size_t index) {
    const TwinRange range = block(index);
    const BlockPart part = buffer.take(range);
    const auto runs = runs_by_rank(std::move(arrivals[index]), size_of(communicator));
    arrivals.erase(index);
    KOHORT_CHECK(part.runs == runs[static_cast<std::size_t>(rank_of(communicator))]);
    for (std::size_t stream = 0; stream < streams.size(); ++stream) {
        const std::vector<double> values = exchange(communicator, grid_of(streams[stream]), range, runs, part.values[stream]);
        on_this_rank(path, [&] { write_stream(streams[stream], range, values); });
    }
}

void ResultWriter::State::close_file() {
    for (Stream& stream : streams) stream.dataset.close();
    transfer.close();
    const hid_t id = file.release();
    if (id >= 0) h5::check(H5Fclose(id), "close the file");
}

void ResultWriter::State::verify() const {
    std::vector<std::string> names;
    for (const Stream& stream : streams) names.push_back(stream.name);
    verify_chunks(partial_path(path), names, rank_of(communicator), size_of(communicator));
}

ResultWriter::ResultWriter(MPI_Comm communicator, const fs::path& path, ResultLayout layout, ResultWriterOptions options) {
    const h5::Quiet quiet;
    require_writable(communicator, path, options.overwrite);
    std::vector<Stream> streams = streams_of(layout);
    std::vector<std::size_t> rows;
    for (const Stream& stream : streams) rows.push_back(stream.rows());
    const std::int64_t block_twins = block_size(streams, options.block_bytes);
    const std::int64_t n_blocks = (layout.n_twins + block_twins - 1) / block_twins;
    state_ = std::make_unique<State>(State{communicator,
                                           path,
                                           options.overwrite,
                                           std::move(streams),
                                           layout.n_twins,
                                           block_twins,
                                           std::vector<std::int64_t>(static_cast<std::size_t>(n_blocks)),
                                           {},
                                           0,
                                           TwinBuffer(std::move(rows)),
                                           {},
                                           {}});
    for (std::size_t index = 0; index < state_->missing.size(); ++index)
        state_->missing[index] = state_->block(index).size();
    together(communicator, path, rank_of(communicator) == 0, [&] { create_skeleton(partial_path(path), layout); });
    on_this_rank(path, [&] { state_->open(); });
}

ResultWriter::~ResultWriter() {
    if (!state_ || !state_->file) return;
    // Closing needs every rank. After an error on this rank alone the others do not come: leave it to the end of the job.
    if (std::uncaught_exceptions() > 0) {
        for (Stream& stream : state_->streams) static_cast<void>(stream.dataset.release());
        static_cast<void>(state_->file.release());
        return;
    }
    const h5::Quiet quiet;
    try {
        state_->close_file();
    } catch (const h5::Error&) {
        return;  // the unfinished file stays unfinished
    }
}

std::size_t ResultWriter::n_streamed() const { return state_->streams.size(); }

void ResultWriter::write(std::int64_t first, std::int64_t count, std::span<const std::vector<double>> values) {
    const h5::Quiet quiet;
    State& state = *state_;
    state.buffer.add(first, count, values);
    state.count_arrivals({first, first + count});
    for (; state.next_block < state.missing.size() && state.missing[state.next_block] == 0; ++state.next_block) {
        state.write_block(state.next_block);
    }
}

void ResultWriter::close(const std::vector<Group>& tables) {
    const h5::Quiet quiet;
    State& state = *state_;
    KOHORT_CHECK(state.next_block == state.missing.size());  // every twin has arrived
    const fs::path partial = partial_path(state.path);
    on_this_rank(state.path, [&] { state.close_file(); });
    together(state.communicator, state.path, true, [&] { state.verify(); });
    together(state.communicator, state.path, rank_of(state.communicator) == 0, [&] {
        finish_file(partial, tables);
        sync(partial);
        refuse_existing(state.path, state.overwrite);
        fs::rename(partial, state.path);
    });
}

}  // namespace kohort::io
