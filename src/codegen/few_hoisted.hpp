// The hoisted values that change in a twin's life: those that read a parameter which an event assigns, or an input that is not
// one of those that tell people apart, which many values read. All others need not be computed again when these change.
#pragma once

#include "base/stale.hpp"
#include "codegen/program.hpp"
#include "codegen/tape.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kohort::codegen {

inline constexpr std::size_t most_readers = 4;  // hoisted values that read such an input or parameter
inline constexpr double most_of_few = 0.25;     // share of all hoisted values; inputs beyond that are not taken

struct FewHoisted {
    std::vector<std::uint32_t> slots;  // ascending, among the hoisted values
    Tape tape;                         // these values over parameters, inputs and the other hoisted values
    std::vector<Stale> by_parameter;   // (n_parameters)
    std::vector<Stale> by_input;       // (n_inputs)
};

/// uses: of all hoisted values by themselves, so that these have the same bits here as there.
[[nodiscard]] FewHoisted plan_few_hoisted(const Program& program, const Hoisting& hoisting,
                                          const std::vector<std::uint32_t>& uses);

}  // namespace kohort::codegen
