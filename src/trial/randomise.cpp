#include "trial/randomise.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kohort::trial {

namespace {

int sum_of(const std::vector<int>& ratio) { return std::accumulate(ratio.begin(), ratio.end(), 0); }

Stratifier find_stratifier(const std::string& name, std::span<const cohort::Attribute> attributes, const Place& place) {
    std::vector<std::string> categorical;
    for (std::size_t index = 0; index < attributes.size(); ++index) {
        const cohort::Attribute& attribute = attributes[index];
        if (attribute.levels.empty()) continue;
        if (attribute.name == name) return {index, static_cast<int>(attribute.levels.size())};
        categorical.push_back(attribute.name);
    }
    const bool is_number = std::any_of(attributes.begin(), attributes.end(),
                                       [&](const cohort::Attribute& attribute) { return attribute.name == name; });
    throw InputError(
        place,
        is_number ? "strata: \"" + name + "\" has no levels" : "strata: the cohort has no attribute \"" + name + "\"",
        is_number ? "stratify by a categorical attribute; `bands_of` in the cohort makes one of a number"
                  : suggest(name, categorical));
}

/// The arms that a block still has to give in one stratum of one trial; arms are drawn from it without replacement.
class Blocks {
public:
    Blocks(const RandomisationPlan& plan, std::int64_t trial, int stratum)
        : plan_(plan), trial_(trial), stratum_(stratum) {}

    int next() {
        if (left_.empty()) open();
        const auto at = static_cast<std::ptrdiff_t>(random_below(2 * position_, left_.size()));
        const int arm = left_[static_cast<std::size_t>(at)];
        left_.erase(left_.begin() + at);
        ++position_;
        return arm;
    }

private:
    void open() {
        const int size = plan_.blocks[random_below(2 * position_ + 1, plan_.blocks.size())];
        const int copies = size / sum_of(plan_.ratio);
        for (std::size_t arm = 0; arm < plan_.ratio.size(); ++arm) {
            left_.insert(left_.end(), static_cast<std::size_t>(plan_.ratio[arm] * copies), static_cast<int>(arm));
        }
    }
    [[nodiscard]] std::size_t random_below(std::uint32_t draw, std::size_t n) const {
        const DrawId id{
            .twin = trial_, .purpose = Purpose::randomisation, .occasion = static_cast<std::uint32_t>(stratum_), .draw = draw};
        return uniform_below(plan_.key, id, n);
    }

    const RandomisationPlan& plan_;
    std::int64_t trial_;
    int stratum_;
    std::uint32_t position_ = 0;  // participants of this stratum so far
    std::vector<int> left_;
};

void assign_simply(const RandomisationPlan& plan, std::int64_t trial, std::span<int> arm) {
    const auto shares = static_cast<std::uint64_t>(sum_of(plan.ratio));
    for (std::size_t participant = 0; participant < arm.size(); ++participant) {
        const DrawId id{
            .twin = trial, .purpose = Purpose::randomisation, .occasion = 0, .draw = static_cast<std::uint32_t>(participant)};
        auto share = static_cast<std::int64_t>(uniform_below(plan.key, id, shares));
        int chosen = 0;
        while (share >= plan.ratio[static_cast<std::size_t>(chosen)]) {
            share -= plan.ratio[static_cast<std::size_t>(chosen)];
            ++chosen;
        }
        arm[participant] = chosen;
    }
}

}  // namespace

int RandomisationPlan::n_strata() const {
    int n_strata = 1;
    for (const Stratifier& stratifier : stratifiers) n_strata *= stratifier.n_levels + 1;
    return n_strata;
}

RandomisationPlan plan_randomisation(const TrialStudy& study, std::span<const cohort::Attribute> attributes) {
    KOHORT_CHECK(study.randomisation.has_value());
    const Randomisation& chosen = *study.randomisation;
    RandomisationPlan plan{.n = chosen.n, .ratio = {}, .blocks = {}, .stratifiers = {}, .key = random_key(study.seed)};
    for (const Arm& arm : study.arms) {
        const auto share = chosen.ratio.find(arm.id);
        plan.ratio.push_back(share == chosen.ratio.end() ? 0 : share->second);
    }
    const int shares = sum_of(plan.ratio);
    if (shares < 1)
        throw InputError(chosen.place, "the ratio gives no arm a share", "such as ratio: {placebo: 1, drug: 2}");
    if (chosen.method == "permuted_block") plan.blocks = chosen.blocks;
    if (chosen.method == "permuted_block" && plan.blocks.empty()) plan.blocks = {2 * shares};
    for (const int block : plan.blocks) {
        if (block > 0 && block % shares == 0) continue;
        throw InputError(chosen.place, "a block of " + std::to_string(block) + " cannot hold the ratio",
                         "block sizes must be multiples of " + std::to_string(shares));
    }
    if (chosen.method == "simple" && !chosen.strata.empty()) {
        throw InputError(chosen.place, "simple randomisation does not look at strata",
                         "use method: permuted_block, or leave strata out");
    }
    std::int64_t n_strata = 1;
    for (const std::string& name : chosen.strata) {
        plan.stratifiers.push_back(find_stratifier(name, attributes, chosen.place));
        n_strata *= plan.stratifiers.back().n_levels + 1;
        if (n_strata >= max_occasions)
            throw InputError(chosen.place, "there are too many strata", "stratify by fewer attributes");
    }
    return plan;
}

int stratum_of(const RandomisationPlan& plan, std::span<const double> attribute_values) {
    int stratum = 0;
    for (const Stratifier& stratifier : plan.stratifiers) {
        const double value = attribute_values[stratifier.attribute];
        const int level = std::isnan(value) ? stratifier.n_levels : static_cast<int>(value);
        KOHORT_CHECK(0 <= level && level <= stratifier.n_levels);
        stratum = stratum * (stratifier.n_levels + 1) + level;
    }
    return stratum;
}

void assign_arms(const RandomisationPlan& plan, std::int64_t trial, std::span<const int> stratum, std::span<int> arm) {
    KOHORT_CHECK(stratum.size() == arm.size());
    if (plan.blocks.empty()) return assign_simply(plan, trial, arm);
    std::vector<Blocks> blocks;
    for (int index = 0; index < plan.n_strata(); ++index) blocks.emplace_back(plan, trial, index);
    for (std::size_t participant = 0; participant < arm.size(); ++participant) {
        arm[participant] = blocks[static_cast<std::size_t>(stratum[participant])].next();
    }
}

}  // namespace kohort::trial
