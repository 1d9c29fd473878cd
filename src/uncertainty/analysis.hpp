// What is made of a design's values while they stream in. The state is whole numbers only: whatever the order of blocks and
// whoever adds them, it has the same bits, and ranks, jobs and saved files are merged by adding.
#pragma once

#include "engine/communicator.hpp"
#include "uncertainty/block_values.hpp"
#include "uncertainty/cell_share.hpp"
#include "uncertainty/findings.hpp"

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace kohort::uncertainty {

/// A part of a state, and how two of them become one.
struct StatePiece {
    std::variant<std::span<std::int64_t>, std::span<std::int32_t>> numbers;
    bool largest = false;  // else the sum
};

class Analysis {
public:
    virtual ~Analysis() = default;
    virtual void add(std::int64_t block, const BlockValues& values) = 0;
    /// The whole state.
    [[nodiscard]] virtual std::vector<StatePiece> pieces() = 0;
    /// Collective, when every rank has everything: each fills the fields for its own share of the cells, and rank 0 those that
    /// are not over cells. See report_of.
    virtual void report(Findings& findings, engine::Communicator& communicator) const = 0;

    /// Half the width of the widest interval over those of these cells that vary, for designs that can say; NaN for others,
    /// and where an interval has no end.
    struct Widest {
        double first;
        double total;
    };
    [[nodiscard]] virtual Widest widest_interval(const CellShare& cells, double at_least_variance) const;
    /// The part of the state that widest_interval looks at.
    [[nodiscard]] virtual std::vector<StatePiece> pieces_for_intervals() { return {}; }
};

/// Collective: every rank gets all that all ranks have. Only one of them may go on with it, the others begin anew.
void give_to_all(std::span<const StatePiece> pieces, engine::Communicator& communicator);
void begin_anew(std::span<const StatePiece> pieces);
/// Collective: brings everything to rank 0; the others begin anew. May be called again after more was added.
void collect(Analysis& analysis, engine::Communicator& communicator);

/// Collective, when every rank has everything: the widest interval over all cells, on every rank.
[[nodiscard]] Analysis::Widest widest_of(const Analysis& analysis, int cells, double at_least_variance,
                                         engine::Communicator& communicator);
/// Collective, when every rank has everything: what was found, on rank 0. Ranks share the cells. A number has the same bits
/// whoever made it, because the sums that it is made from are exact.
[[nodiscard]] Findings report_of(const Analysis& analysis, int cells, engine::Communicator& communicator);

/// Size of the state [bytes].
[[nodiscard]] std::size_t bytes_of(Analysis& analysis);

/// The state as numbers in a fixed order, and back: for a job that goes on where another ended.
[[nodiscard]] std::vector<std::int64_t> state_of(Analysis& analysis);
/// Puts a state of the same study in place of the present one. False if it has another length.
[[nodiscard]] bool restore(Analysis& analysis, std::span<const std::int64_t> state);

}  // namespace kohort::uncertainty
