#include "engine/mpi_communicator.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <limits>

namespace kohort::engine {
namespace {

int count_of(std::size_t n) {
    KOHORT_CHECK(n <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    return static_cast<int>(n);
}

/// A window of one-sided accesses: the owner of a number need not answer for it.
class MpiNumbers final : public SharedNumbers {
public:
    MpiNumbers(MPI_Comm comm, std::int64_t n) {
        int size = 0;
        MPI_Comm_size(comm, &size);
        per_rank_ = std::max<std::int64_t>(1, (n + size - 1) / size);
        std::int64_t* mine = nullptr;
        MPI_Win_allocate(per_rank_ * static_cast<MPI_Aint>(sizeof(std::int64_t)), sizeof(std::int64_t), MPI_INFO_NULL,
                         comm, static_cast<void*>(&mine), &window_);
        int rank = 0;
        MPI_Comm_rank(comm, &rank);
        MPI_Win_lock(MPI_LOCK_EXCLUSIVE, rank, 0, window_);
        std::fill(mine, mine + per_rank_, 0);
        MPI_Win_unlock(rank, window_);
        MPI_Barrier(comm);
        MPI_Win_lock_all(MPI_MODE_NOCHECK, window_);
    }
    ~MpiNumbers() override {
        MPI_Win_unlock_all(window_);
        MPI_Win_free(&window_);
    }
    MpiNumbers(const MpiNumbers&) = delete;
    MpiNumbers& operator=(const MpiNumbers&) = delete;

    std::int64_t fetch_add(std::int64_t at, std::int64_t step) override { return fetch(at, step, MPI_SUM); }
    std::int64_t get(std::int64_t at) override { return fetch(at, 0, MPI_NO_OP); }
    std::int64_t compare_swap(std::int64_t at, std::int64_t expected, std::int64_t desired) override {
        std::int64_t before = 0;
        MPI_Compare_and_swap(&desired, &expected, &before, MPI_INT64_T, owner(at), at % per_rank_, window_);
        MPI_Win_flush(owner(at), window_);
        return before;
    }
    void put(std::int64_t at, std::span<const std::int64_t> values) override {
        while (!values.empty()) {
            const auto n = std::min(values.size(), static_cast<std::size_t>(per_rank_ - at % per_rank_));
            MPI_Accumulate(values.data(), count_of(n), MPI_INT64_T, owner(at), at % per_rank_, count_of(n), MPI_INT64_T,
                           MPI_REPLACE, window_);
            MPI_Win_flush(owner(at), window_);
            values = values.subspan(n);
            at += static_cast<std::int64_t>(n);
        }
    }

private:
    [[nodiscard]] int owner(std::int64_t at) const { return static_cast<int>(at / per_rank_); }
    std::int64_t fetch(std::int64_t at, std::int64_t operand, MPI_Op operation) {
        std::int64_t before = 0;
        MPI_Fetch_and_op(&operand, &before, MPI_INT64_T, owner(at), at % per_rank_, operation, window_);
        MPI_Win_flush(owner(at), window_);
        return before;
    }

    MPI_Win window_ = MPI_WIN_NULL;
    std::int64_t per_rank_ = 1;
};

class MpiCommunicator final : public Communicator {
public:
    /// Takes ownership of comm; its ranks are on one machine if node is null.
    MpiCommunicator(MPI_Comm comm, std::unique_ptr<Communicator> node) : comm_(comm), node_(std::move(node)) {}
    ~MpiCommunicator() override { MPI_Comm_free(&comm_); }
    MpiCommunicator(const MpiCommunicator&) = delete;
    MpiCommunicator& operator=(const MpiCommunicator&) = delete;

    int rank() const override {
        int rank = 0;
        MPI_Comm_rank(comm_, &rank);
        return rank;
    }
    int size() const override {
        int size = 0;
        MPI_Comm_size(comm_, &size);
        return size;
    }
    Communicator& node() override { return node_ ? *node_ : *this; }
    void barrier() override { MPI_Barrier(comm_); }
    void sum(std::span<std::int64_t> values) override {
        MPI_Allreduce(MPI_IN_PLACE, values.data(), count_of(values.size()), MPI_INT64_T, MPI_SUM, comm_);
    }
    void max(std::span<std::int64_t> values) override {
        MPI_Allreduce(MPI_IN_PLACE, values.data(), count_of(values.size()), MPI_INT64_T, MPI_MAX, comm_);
    }
    void exclusive_scan(std::span<std::int64_t> values) override {
        MPI_Exscan(MPI_IN_PLACE, values.data(), count_of(values.size()), MPI_INT64_T, MPI_SUM, comm_);
        if (rank() == 0) std::ranges::fill(values, 0);  // MPI leaves rank 0's as they were
    }
    std::int64_t max(std::int64_t value) override {
        MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT64_T, MPI_MAX, comm_);
        return value;
    }
    double max(double value) override {
        MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MAX, comm_);
        return value;
    }
    std::string broadcast(std::string text, int root) override {
        std::int64_t length = static_cast<std::int64_t>(text.size());
        MPI_Bcast(&length, 1, MPI_INT64_T, root, comm_);
        text.resize(static_cast<std::size_t>(length));
        MPI_Bcast(text.data(), count_of(text.size()), MPI_CHAR, root, comm_);
        return text;
    }
    std::vector<double> gather_all(std::span<const double> mine) override { return gather(mine, MPI_DOUBLE); }
    std::vector<std::int64_t> gather_all(std::span<const std::int64_t> mine) override {
        return gather(mine, MPI_INT64_T);
    }
    std::vector<double> gather_on_first(std::span<const double> mine) override {
        const int share = count_of(mine.size());
        std::vector<int> shares(rank() == 0 ? static_cast<std::size_t>(size()) : 0);
        MPI_Gather(&share, 1, MPI_INT, shares.data(), 1, MPI_INT, 0, comm_);
        std::vector<int> offsets;
        const std::size_t total = offsets_of(shares, offsets);
        std::vector<double> all(total);
        MPI_Gatherv(mine.data(), share, MPI_DOUBLE, all.data(), shares.data(), offsets.data(), MPI_DOUBLE, 0, comm_);
        return all;
    }
    std::unique_ptr<SharedNumbers> shared_numbers(std::int64_t n) override {
        return std::make_unique<MpiNumbers>(comm_, n);
    }

private:
    /// Where each rank's share begins; returns how much there is in all.
    static std::size_t offsets_of(const std::vector<int>& shares, std::vector<int>& offsets) {
        std::size_t total = 0;
        for (const int share : shares) {
            offsets.push_back(count_of(total));
            total += static_cast<std::size_t>(share);
        }
        return total;
    }

    template <class T>
    std::vector<T> gather(std::span<const T> mine, MPI_Datatype type) {
        const int share = count_of(mine.size());
        std::vector<int> shares(static_cast<std::size_t>(size()));
        MPI_Allgather(&share, 1, MPI_INT, shares.data(), 1, MPI_INT, comm_);
        std::vector<int> offsets;
        std::vector<T> all(offsets_of(shares, offsets));
        MPI_Allgatherv(mine.data(), share, type, all.data(), shares.data(), offsets.data(), type, comm_);
        return all;
    }

    MPI_Comm comm_ = MPI_COMM_NULL;
    std::unique_ptr<Communicator> node_;
};

MPI_Comm ranks_of_node(MPI_Comm parent, int ranks_per_node) {
    int rank = 0;
    MPI_Comm_rank(parent, &rank);
    MPI_Comm node = MPI_COMM_NULL;
    if (ranks_per_node > 0)
        MPI_Comm_split(parent, rank / ranks_per_node, rank, &node);
    else
        MPI_Comm_split_type(parent, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &node);
    return node;
}

}  // namespace

std::unique_ptr<Communicator> mpi_communicator(MPI_Comm parent, int ranks_per_node) {
    MPI_Comm comm = MPI_COMM_NULL;
    MPI_Comm_dup(parent, &comm);
    auto node = std::make_unique<MpiCommunicator>(ranks_of_node(comm, ranks_per_node), nullptr);
    return std::make_unique<MpiCommunicator>(comm, std::move(node));
}

}  // namespace kohort::engine
