#include "codegen/print_dependent.hpp"

#include "codegen/names.hpp"

#include <cmath>
#include <functional>

namespace kohort::codegen {
namespace {

/// From left to right, each term but the first rounded together with the sum.
std::string print_sum(const Followed& parts, const std::function<std::string(std::uint32_t)>& term) {
    std::string text;
    for (const auto& [state, factor] : parts) {
        const bool plain = std::abs(factor) == 1.0;
        const std::string value = term(state);
        if (text.empty()) {
            text = plain ? (factor < 0.0 ? "-" : "") + value : "V(" + number_text(factor) + ") * " + value;
        } else if (plain) {
            text += (factor < 0.0 ? " - " : " + ") + value;
        } else {
            text = "math::fma(V(" + number_text(factor) + "), " + value + ", " + text + ")";
        }
    }
    return text.empty() ? "V(0.0)" : text;
}

std::string print_sums(const ModelPlan& plan, const Labels& labels, int indent, const std::string& result,
                       const std::function<std::string(const Followed&)>& sum) {
    std::string text;
    for (std::size_t state = 0; state < plan.dependent.size(); ++state) {
        text += std::string(static_cast<std::size_t>(indent), ' ') + result + "[" + labels.state[state].identifier +
                "] = " + sum(plan.dependent[state]) + ";\n";
    }
    return text;
}

}  // namespace

std::string print_follow(const ModelPlan& plan, const Labels& labels, const std::string& array, bool local, int indent) {
    return print_sums(plan, labels, indent, array, [&](const Followed& parts) {
        return print_sum(parts, [&](std::uint32_t state) {
            return local ? "x" + std::to_string(state) : array + "[" + labels.state[state].identifier + "]";
        });
    });
}

std::string print_followed_size(const ModelPlan& plan, const Labels& labels, int indent) {
    return print_sums(plan, labels, indent, "size", [&](Followed parts) {
        for (FollowedPart& part : parts) part.factor = std::abs(part.factor);
        return print_sum(parts, [&](std::uint32_t state) {
            const std::string place = "[" + labels.state[state].identifier + "]";
            return "math::abs(y_new" + place + " - y" + place + ")";
        });
    });
}

}  // namespace kohort::codegen
