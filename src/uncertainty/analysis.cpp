#include "uncertainty/analysis.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace kohort::uncertainty {

namespace {

constexpr std::size_t message = std::size_t{1} << 18;  // numbers in one message: bounded buffers

void combine(std::span<std::int64_t> numbers, bool largest, engine::Communicator& communicator) {
    if (largest)
        communicator.max(numbers);
    else
        communicator.sum(numbers);
}

void combine(std::span<std::int32_t> numbers, bool largest, engine::Communicator& communicator) {
    std::vector<std::int64_t> wide(numbers.begin(), numbers.end());
    combine(wide, largest, communicator);
    for (std::size_t at = 0; at < numbers.size(); ++at) {
        KOHORT_CHECK(wide[at] >= std::numeric_limits<std::int32_t>::min() &&
                     wide[at] <= std::numeric_limits<std::int32_t>::max());
        numbers[at] = static_cast<std::int32_t>(wide[at]);
    }
}

template <class Number>
void give_numbers(std::span<Number> numbers, bool largest, engine::Communicator& communicator) {
    for (std::size_t first = 0; first < numbers.size(); first += message)
        combine(numbers.subspan(first, std::min(message, numbers.size() - first)), largest, communicator);
}

/// Rows of a field over cells; 0 for a field that is over something else.
std::size_t rows_over(const Field& field, std::size_t cells) {
    std::size_t rows = 1;
    for (const Axis& axis : field.axes) rows *= axis.size();
    return field.values.size() == rows * cells ? rows : 0;
}

/// The field's values of all cells, on rank 0.
void gather(Field& field, std::size_t cells, engine::Communicator& communicator) {
    const std::size_t rows = rows_over(field, cells);
    const CellShare own = share_of(static_cast<int>(cells), communicator);
    std::vector<double> mine;
    mine.reserve(rows * static_cast<std::size_t>(own.size()));
    for (std::size_t row = 0; row < rows; ++row) {
        const auto begin = field.values.begin() + static_cast<std::ptrdiff_t>(row * cells);
        mine.insert(mine.end(), begin + own.first, begin + own.last);
    }
    const std::vector<double> all = communicator.gather_on_first(mine);
    auto from = all.begin();
    for (int rank = 0; from != all.end(); ++rank) {
        const CellShare share = share_of(static_cast<int>(cells), rank, communicator.size());
        for (std::size_t row = 0; row < rows; ++row, from += share.size())
            std::copy(from, from + share.size(),
                      field.values.begin() + static_cast<std::ptrdiff_t>(row * cells) + share.first);
    }
}

std::size_t size_of(const StatePiece& piece) {
    return std::visit([](const auto& numbers) { return numbers.size(); }, piece.numbers);
}

}  // namespace

Analysis::Widest Analysis::widest_interval(const CellShare&, double) const {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan};
}

void give_to_all(std::span<const StatePiece> pieces, engine::Communicator& communicator) {
    if (communicator.size() == 1) return;
    for (const StatePiece& piece : pieces)
        std::visit([&](const auto& numbers) { give_numbers(numbers, piece.largest, communicator); }, piece.numbers);
}

void begin_anew(std::span<const StatePiece> pieces) {
    for (const StatePiece& piece : pieces) {
        std::visit(
            [&](const auto& numbers) {
                using Number = std::remove_reference_t<decltype(numbers[0])>;
                std::fill(numbers.begin(), numbers.end(), piece.largest ? std::numeric_limits<Number>::min() : Number{0});
            },
            piece.numbers);
    }
}

void collect(Analysis& analysis, engine::Communicator& communicator) {
    give_to_all(analysis.pieces(), communicator);
    if (communicator.rank() != 0) begin_anew(analysis.pieces());
}

Analysis::Widest widest_of(const Analysis& analysis, int cells, double at_least_variance, engine::Communicator& communicator) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const Analysis::Widest own = analysis.widest_interval(share_of(cells, communicator), at_least_variance);
    const auto over_ranks = [&](double widest) {
        const double all = communicator.max(std::isnan(widest) ? infinity : widest);
        return all == infinity ? std::numeric_limits<double>::quiet_NaN() : all;
    };
    return {over_ranks(own.first), over_ranks(own.total)};
}

Findings report_of(const Analysis& analysis, int cells, engine::Communicator& communicator) {
    Findings findings;
    analysis.report(findings, communicator);
    const auto n_cells = static_cast<std::size_t>(cells);
    for (Field& field : findings.fields) {
        if (rows_over(field, n_cells) > 0) gather(field, n_cells, communicator);
    }
    return communicator.rank() == 0 ? findings : Findings{};
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
