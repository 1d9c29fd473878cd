#include "uncertainty/pick_freeze.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <utility>

namespace kohort::uncertainty {

namespace {

int count_groups(const std::vector<int>& group_of) {
    KOHORT_CHECK(!group_of.empty());
    const int groups = *std::max_element(group_of.begin(), group_of.end()) + 1;
    for (int group = 0; group < groups; ++group) {
        KOHORT_CHECK(std::find(group_of.begin(), group_of.end(), group) != group_of.end());
    }
    KOHORT_CHECK(*std::min_element(group_of.begin(), group_of.end()) == 0);
    return groups;
}

}  // namespace

PickFreeze::PickFreeze(Options options)
    : options_(std::move(options)),
      groups_(count_groups(options_.group_of)),
      points_({.kind = options_.points,
               .dimensions = 2 * inputs(),
               .replicates = options_.replicates,
               .samples = options_.samples,
               .seed = options_.seed}) {
    KOHORT_CHECK(options_.subsets.empty() || groups_ <= 32);
    KOHORT_CHECK(options_.samples >= block_samples && options_.samples % block_samples == 0);
}

PickFreeze::Row PickFreeze::row(std::int64_t number) const {
    KOHORT_CHECK(number >= 0 && number < rows());
    const std::int64_t base = number / rows_of_sample();
    const int place = static_cast<int>(number % rows_of_sample());
    const std::int64_t block = base / block_samples;
    Row row{.replicate = static_cast<int>(block % options_.replicates),
            .sample = block / options_.replicates * block_samples + base % block_samples};
    if (place < 2) {
        row.matrix = place == 0 ? Matrix::a : Matrix::b;
    } else {
        row.matrix = place - 2 < frozen() ? Matrix::ab : Matrix::ba;
        row.group = (place - 2) % frozen();
    }
    return row;
}

std::int64_t PickFreeze::number(const Row& row) const {
    const std::int64_t block = row.sample / block_samples * options_.replicates + row.replicate;
    const std::int64_t base = block * block_samples + row.sample % block_samples;
    const std::int64_t first = base * rows_of_sample();
    switch (row.matrix) {
        case Matrix::b: return first + 1;
        case Matrix::ab: return first + 2 + row.group;
        case Matrix::ba: return first + 2 + frozen() + row.group;
        case Matrix::a: break;
    }
    return first;
}

void PickFreeze::fill(std::int64_t block, int place, std::span<double> coordinates) const {
    const Row of = row(block * block_rows() + place);
    for (int input = 0; input < inputs(); ++input) coordinates[static_cast<std::size_t>(input)] = at(of, input);
}

double PickFreeze::at(const Row& row, int input) const {
    KOHORT_CHECK(input >= 0 && input < inputs());
    const int group = options_.group_of[static_cast<std::size_t>(input)];
    const bool in_group = options_.subsets.empty()
                              ? group == row.group
                              : (options_.subsets[static_cast<std::size_t>(row.group)] >> group & 1U) != 0;
    const bool from_b = row.matrix == Matrix::b || (row.matrix == Matrix::ab && in_group) ||
                        (row.matrix == Matrix::ba && !in_group);
    return points_.at(row.replicate, row.sample, from_b ? inputs() + input : input);
}

}  // namespace kohort::uncertainty
