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

/// One integer in a window on rank 0, advanced by one-sided fetch-and-add: rank 0 need not answer.
class MpiCounter final : public SharedCounter {
public:
    explicit MpiCounter(MPI_Comm comm) {
        int rank = 0;
        MPI_Comm_rank(comm, &rank);
        const MPI_Aint bytes = rank == 0 ? static_cast<MPI_Aint>(sizeof(std::int64_t)) : 0;
        MPI_Win_allocate(bytes, sizeof(std::int64_t), MPI_INFO_NULL, comm, &value_, &window_);
        if (rank == 0) {
            MPI_Win_lock(MPI_LOCK_EXCLUSIVE, 0, 0, window_);
            *value_ = 0;
            MPI_Win_unlock(0, window_);
        }
        MPI_Barrier(comm);
        MPI_Win_lock_all(MPI_MODE_NOCHECK, window_);
    }
    ~MpiCounter() override {
        MPI_Win_unlock_all(window_);
        MPI_Win_free(&window_);
    }
    MpiCounter(const MpiCounter&) = delete;
    MpiCounter& operator=(const MpiCounter&) = delete;

    std::int64_t fetch_add(std::int64_t step) override {
        std::int64_t before = 0;
        MPI_Fetch_and_op(&step, &before, MPI_INT64_T, 0, 0, MPI_SUM, window_);
        MPI_Win_flush(0, window_);
        return before;
    }

private:
    MPI_Win window_ = MPI_WIN_NULL;
    std::int64_t* value_ = nullptr;
};

class MpiCommunicator final : public Communicator {
public:
    explicit MpiCommunicator(MPI_Comm parent) { MPI_Comm_dup(parent, &comm_); }
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
    void barrier() override { MPI_Barrier(comm_); }
    void sum(std::span<std::int64_t> values) override {
        MPI_Allreduce(MPI_IN_PLACE, values.data(), count_of(values.size()), MPI_INT64_T, MPI_SUM, comm_);
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
    std::unique_ptr<SharedCounter> counter() override { return std::make_unique<MpiCounter>(comm_); }

private:
    template <class T>
    std::vector<T> gather(std::span<const T> mine, MPI_Datatype type) {
        const int share = count_of(mine.size());
        std::vector<int> shares(static_cast<std::size_t>(size()));
        MPI_Allgather(&share, 1, MPI_INT, shares.data(), 1, MPI_INT, comm_);
        std::vector<int> offsets(shares.size());
        std::size_t total = 0;
        for (std::size_t rank = 0; rank < shares.size(); ++rank) {
            offsets[rank] = count_of(total);
            total += static_cast<std::size_t>(shares[rank]);
        }
        std::vector<T> all(total);
        MPI_Allgatherv(mine.data(), share, type, all.data(), shares.data(), offsets.data(), type, comm_);
        return all;
    }

    MPI_Comm comm_ = MPI_COMM_NULL;
};

}  // namespace

std::unique_ptr<Communicator> mpi_communicator(MPI_Comm parent) { return std::make_unique<MpiCommunicator>(parent); }

}  // namespace kohort::engine
