#include "uncertainty/analysis.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <limits>

namespace kohort::uncertainty {

namespace {

constexpr std::size_t message = std::size_t{1} << 18;  // numbers in one message: bounded buffers

template <class Number>
void collect_numbers(std::span<Number> numbers, bool largest, engine::Communicator& communicator) {
    constexpr Number nothing_yet = std::numeric_limits<Number>::min();
    std::vector<std::int64_t> buffer;
    for (std::size_t first = 0; first < numbers.size(); first += message) {
        const std::span<Number> part = numbers.subspan(first, std::min(message, numbers.size() - first));
        buffer.assign(part.begin(), part.end());
        if (largest)
            communicator.max(buffer);
        else
            communicator.sum(buffer);
        for (std::size_t at = 0; at < part.size(); ++at) {
            KOHORT_CHECK(buffer[at] >= nothing_yet && buffer[at] <= std::numeric_limits<Number>::max());
            part[at] = communicator.rank() == 0 ? static_cast<Number>(buffer[at]) : largest ? nothing_yet : Number{0};
        }
    }
}

std::size_t size_of(const StatePiece& piece) {
    return std::visit([](const auto& numbers) { return numbers.size(); }, piece.numbers);
}

}  // namespace

Analysis::Widest Analysis::widest_interval(double) const {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan};
}

void collect(Analysis& analysis, engine::Communicator& communicator) {
    for (const StatePiece& piece : analysis.pieces())
        std::visit([&](const auto& numbers) { collect_numbers(numbers, piece.largest, communicator); }, piece.numbers);
}

std::size_t bytes_of(Analysis& analysis) {
    std::size_t bytes = 0;
    for (const StatePiece& piece : analysis.pieces())
        bytes += std::visit([](const auto& numbers) { return numbers.size_bytes(); }, piece.numbers);
    return bytes;
}

std::vector<std::int64_t> state_of(Analysis& analysis) {
    std::vector<std::int64_t> state;
    for (const StatePiece& piece : analysis.pieces())
        std::visit([&](const auto& numbers) { state.insert(state.end(), numbers.begin(), numbers.end()); }, piece.numbers);
    return state;
}

bool restore(Analysis& analysis, std::span<const std::int64_t> state) {
    std::size_t wanted = 0;
    for (const StatePiece& piece : analysis.pieces()) wanted += size_of(piece);
    if (wanted != state.size()) return false;
    std::size_t at = 0;
    for (const StatePiece& piece : analysis.pieces()) {
        std::visit(
            [&](const auto& numbers) {
                for (auto& number : numbers)
                    number = static_cast<std::remove_reference_t<decltype(number)>>(state[at++]);
            },
            piece.numbers);
    }
    return true;
}

}  // namespace kohort::uncertainty
