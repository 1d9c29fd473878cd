// One input of a fuzzer through a reader and what follows it. A text may be refused; nothing else may happen.
#pragma once

#include "codegen/generate.hpp"
#include "codegen/program.hpp"
#include "model/check.hpp"
#include "model/model.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kohort::fuzz {

/// Larger models are read and checked, but not lowered: that takes too long for a fuzzer.
inline constexpr std::size_t most_nodes = 3000;

template <class Read>
void try_reader(const std::uint8_t* data, std::size_t size, Read read) {
    try {
        model::Model model = read(std::string_view(reinterpret_cast<const char*>(data), size), "fuzzed");
        (void)model::check(model);
        if (model.graph.size() <= most_nodes) (void)codegen::generate_plugin(codegen::lower(std::move(model), {}), 1);
    } catch (const InputError&) {
    }
}

}  // namespace kohort::fuzz
