#include "engine/communicator.hpp"

#include <algorithm>

namespace kohort::engine {
namespace {

class LocalNumbers final : public SharedNumbers {
public:
    explicit LocalNumbers(std::int64_t n) : values_(static_cast<std::size_t>(n)) {}
    std::int64_t fetch_add(std::int64_t at, std::int64_t step) override {
        const std::int64_t before = number(at);
        number(at) += step;
        return before;
    }
    std::int64_t compare_swap(std::int64_t at, std::int64_t expected, std::int64_t desired) override {
        const std::int64_t before = number(at);
        if (before == expected) number(at) = desired;
        return before;
    }
    std::int64_t get(std::int64_t at) override { return number(at); }
    void put(std::int64_t at, std::span<const std::int64_t> values) override { std::ranges::copy(values, &number(at)); }

private:
    std::int64_t& number(std::int64_t at) { return values_[static_cast<std::size_t>(at)]; }
    std::vector<std::int64_t> values_;
};

class SingleProcess final : public Communicator {
public:
    int rank() const override { return 0; }
    int size() const override { return 1; }
    Communicator& node() override { return *this; }
    void barrier() override {}
    void sum(std::span<std::int64_t>) override {}
    void max(std::span<std::int64_t>) override {}
    void exclusive_scan(std::span<std::int64_t> values) override { std::ranges::fill(values, 0); }
    std::int64_t max(std::int64_t value) override { return value; }
    double max(double value) override { return value; }
    std::string broadcast(std::string text, int) override { return text; }
    std::vector<double> gather_all(std::span<const double> mine) override { return {mine.begin(), mine.end()}; }
    std::vector<std::int64_t> gather_all(std::span<const std::int64_t> mine) override {
        return {mine.begin(), mine.end()};
    }
    std::vector<double> gather_on_first(std::span<const double> mine) override { return {mine.begin(), mine.end()}; }
    std::unique_ptr<SharedNumbers> shared_numbers(std::int64_t n) override { return std::make_unique<LocalNumbers>(n); }
};

}  // namespace

std::unique_ptr<Communicator> single_process() { return std::make_unique<SingleProcess>(); }

}  // namespace kohort::engine
