#include "model/matching.hpp"

#include <algorithm>
#include <numeric>

namespace kohort::model {

namespace {

std::vector<Indices> transposed(const std::vector<Indices>& unknowns_in, std::size_t n_unknowns) {
    std::vector<Indices> equations_with(n_unknowns);
    for (std::size_t equation = 0; equation < unknowns_in.size(); ++equation) {
        for (const std::size_t unknown : unknowns_in[equation]) equations_with[unknown].push_back(equation);
    }
    return equations_with;
}

/// Breadth first from a free unknown to a free equation, over taken equations and the unknowns that have them.
class Augmentation {
public:
    Augmentation(const std::vector<Indices>& equations_with, std::size_t n_equations, Matching& matching)
        : equations_with_(equations_with), matching_(matching), reached_by_(n_equations) {}

    void from(std::size_t unknown) {
        std::ranges::fill(reached_by_, std::nullopt);
        Indices queue{unknown};
        for (std::size_t next = 0; next < queue.size(); ++next) {
            for (const std::size_t equation : equations_with_[queue[next]]) {
                if (reached_by_[equation]) continue;
                reached_by_[equation] = queue[next];
                if (!matching_.unknown_of[equation]) return flip(equation);
                queue.push_back(*matching_.unknown_of[equation]);
            }
        }
    }

private:
    void flip(std::size_t equation) {
        for (;;) {
            const std::size_t unknown = *reached_by_[equation];
            const std::optional<std::size_t> given_up = matching_.equation_of[unknown];
            matching_.equation_of[unknown] = equation;
            matching_.unknown_of[equation] = unknown;
            if (!given_up) return;
            equation = *given_up;
        }
    }

    const std::vector<Indices>& equations_with_;
    Matching& matching_;
    std::vector<std::optional<std::size_t>> reached_by_;  // (n_equations) the unknown it was reached from
};

/// Tarjan's algorithm with a stack of its own. Edges go from an equation to those that determine what it contains.
class Components {
public:
    Components(const std::vector<Indices>& unknowns_in, const Matching& matching)
        : unknowns_in_(unknowns_in),
          matching_(matching),
          order_(unknowns_in.size(), unseen),
          lowest_(unknowns_in.size()),
          on_stack_(unknowns_in.size()) {}

    std::vector<Indices> find() {
        for (std::size_t equation = 0; equation < unknowns_in_.size(); ++equation) {
            if (order_[equation] == unseen) visit_all_from(equation);
        }
        return std::move(blocks_);
    }

private:
    static constexpr std::size_t unseen = static_cast<std::size_t>(-1);
    struct Visit {
        std::size_t equation;
        std::size_t next = 0;  // place in unknowns_in_
    };

    void enter(std::size_t equation) {
        order_[equation] = lowest_[equation] = count_++;
        on_stack_[equation] = true;
        stack_.push_back(equation);
        visits_.push_back({equation});
    }

    void visit_all_from(std::size_t first) {
        enter(first);
        while (!visits_.empty()) {
            Visit& visit = visits_.back();
            const std::size_t equation = visit.equation;
            if (visit.next < unknowns_in_[equation].size()) {
                const auto& giver = matching_.equation_of[unknowns_in_[equation][visit.next++]];
                if (!giver) continue;
                if (order_[*giver] == unseen) {
                    enter(*giver);
                } else if (on_stack_[*giver]) {
                    lowest_[equation] = std::min(lowest_[equation], order_[*giver]);
                }
                continue;
            }
            visits_.pop_back();
            if (!visits_.empty()) {
                std::size_t& above = lowest_[visits_.back().equation];
                above = std::min(above, lowest_[equation]);
            }
            if (lowest_[equation] == order_[equation]) close_block(equation);
        }
    }

    void close_block(std::size_t root) {
        Indices block;
        std::size_t member = unseen;
        while (member != root) {
            member = stack_.back();
            stack_.pop_back();
            on_stack_[member] = false;
            block.push_back(member);
        }
        std::ranges::sort(block);
        blocks_.push_back(std::move(block));
    }

    const std::vector<Indices>& unknowns_in_;
    const Matching& matching_;
    Indices order_;   // (n_equations) in which they were entered
    Indices lowest_;  // (n_equations) order of the earliest one on the stack that it reaches
    std::vector<bool> on_stack_;
    Indices stack_;
    std::vector<Visit> visits_;
    std::vector<Indices> blocks_;
    std::size_t count_ = 0;
};

}  // namespace

Matching match(const std::vector<Indices>& unknowns_in, const std::vector<int>& reluctance) {
    Matching matching{std::vector<std::optional<std::size_t>>(unknowns_in.size()),
                      std::vector<std::optional<std::size_t>>(reluctance.size())};
    const std::vector<Indices> equations_with = transposed(unknowns_in, reluctance.size());
    Indices unknowns(reluctance.size());
    std::iota(unknowns.begin(), unknowns.end(), std::size_t{0});
    std::ranges::stable_sort(unknowns, {}, [&](std::size_t unknown) { return reluctance[unknown]; });
    Augmentation augment(equations_with, unknowns_in.size(), matching);
    for (const std::size_t unknown : unknowns) augment.from(unknown);
    return matching;
}

Indices interchangeable(const std::vector<Indices>& unknowns_in, const std::vector<int>& reluctance,
                        const Matching& matching) {
    const std::vector<Indices> equations_with = transposed(unknowns_in, reluctance.size());
    for (std::size_t unmatched = 0; unmatched < reluctance.size(); ++unmatched) {
        if (matching.equation_of[unmatched]) continue;
        Indices found{unmatched};
        std::vector<bool> reached(reluctance.size());
        Indices queue{unmatched};
        for (std::size_t next = 0; next < queue.size(); ++next) {
            for (const std::size_t equation : equations_with[queue[next]]) {
                const std::size_t other = *matching.unknown_of[equation];
                if (reached[other]) continue;
                reached[other] = true;
                queue.push_back(other);
                if (reluctance[other] == reluctance[unmatched]) found.push_back(other);
            }
        }
        std::ranges::sort(found);
        if (found.size() > 1) return found;
    }
    return {};
}

std::vector<Indices> blocks_of(const std::vector<Indices>& unknowns_in, const Matching& matching) {
    return Components(unknowns_in, matching).find();
}

}  // namespace kohort::model
