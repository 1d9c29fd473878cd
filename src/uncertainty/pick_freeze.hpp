// The runs behind Sobol indices, as arithmetic on row numbers: nothing is stored and any rank makes any row.
//
// Two independent samples A and B of all inputs, and for each group of inputs a sample AB that is A with the group's
// inputs taken from B: Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018, section 2.2. With second order also BA, which
// is B with the group's inputs taken from A (Saltelli 2002, doi:10.1016/S0010-4655(02)00280-1). A base sample is one draw
// of (A, B) with all its rows; it is kept or dropped whole.
#pragma once

#include "uncertainty/design.hpp"
#include "uncertainty/unit_points.hpp"

#include <cstdint>
#include <vector>

namespace kohort::uncertainty {

/// Base samples that stand together in the order of rows, and that the sums take in one stride.
inline constexpr int block_samples = 16;

class PickFreeze final : public Design {
public:
    struct Options {
        std::vector<int> group_of;  // (inputs): 0, 1, ..., groups - 1; each input its own group gives the plain indices
        std::int64_t samples = 0;   // of each replicate; a multiple of block_samples
        int replicates = 1;
        bool second_order = false;
        std::vector<std::uint32_t> subsets{};  // sets of groups that are frozen together, bit g for group g; empty: each group alone
        PointKind points = PointKind::scrambled_sobol;
        std::uint64_t seed = 0;
    };
    /// Which matrix a row belongs to.
    enum class Matrix { a, b, ab, ba };
    struct Row {
        int replicate = 0;
        std::int64_t sample = 0;
        Matrix matrix = Matrix::a;
        int group = 0;  // of ab and ba: a group, or a subset where subsets are given
    };

    explicit PickFreeze(Options options);

    [[nodiscard]] int inputs() const override { return static_cast<int>(options_.group_of.size()); }
    [[nodiscard]] int groups() const { return groups_; }
    /// What is frozen in turn: groups, or subsets of them. "Group" in the sums means one of these.
    [[nodiscard]] int frozen() const {
        return options_.subsets.empty() ? groups_ : static_cast<int>(options_.subsets.size());
    }
    /// Rows of one base sample, in this order: a, b, ab of each group, ba of each group.
    [[nodiscard]] int rows_of_sample() const { return 2 + frozen() * (options_.second_order ? 2 : 1); }
    [[nodiscard]] int block_rows() const override { return block_samples * rows_of_sample(); }
    [[nodiscard]] std::int64_t blocks() const override {
        return options_.samples / block_samples * options_.replicates;
    }
    void fill(std::int64_t block, int place, std::span<double> coordinates) const override;
    /// All samples of a block are of one replicate.
    [[nodiscard]] int replicate_of(std::int64_t block) const { return static_cast<int>(block % options_.replicates); }

    /// Rows go through replicates in blocks of samples, so that a design with more samples only adds rows at the
    /// end (not so latin_hypercube, whose strata depend on their number).
    [[nodiscard]] Row row(std::int64_t number) const;
    [[nodiscard]] std::int64_t number(const Row& row) const;

    /// In (0, 1): what `input` is in that row, before its own distribution.
    [[nodiscard]] double at(const Row& row, int input) const;

    [[nodiscard]] const Options& options() const { return options_; }

private:
    Options options_;
    int groups_;
    UnitPoints points_;  // dimensions: A's inputs, then B's
};

}  // namespace kohort::uncertainty
