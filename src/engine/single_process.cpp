#include "engine/communicator.hpp"

namespace kohort::engine {
namespace {

class LocalCounter final : public SharedCounter {
public:
    std::int64_t fetch_add(std::int64_t step) override {
        const std::int64_t before = value_;
        value_ += step;
        return before;
    }

private:
    std::int64_t value_ = 0;
};

class SingleProcess final : public Communicator {
public:
    int rank() const override { return 0; }
    int size() const override { return 1; }
    void barrier() override {}
    void sum(std::span<std::int64_t>) override {}
    std::int64_t max(std::int64_t value) override { return value; }
    double max(double value) override { return value; }
    std::string broadcast(std::string text, int) override { return text; }
    std::vector<double> gather_all(std::span<const double> mine) override { return {mine.begin(), mine.end()}; }
    std::vector<std::int64_t> gather_all(std::span<const std::int64_t> mine) override {
        return {mine.begin(), mine.end()};
    }
    std::unique_ptr<SharedCounter> counter() override { return std::make_unique<LocalCounter>(); }
};

}  // namespace

std::unique_ptr<Communicator> single_process() { return std::make_unique<SingleProcess>(); }

}  // namespace kohort::engine
