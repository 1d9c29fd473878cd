// A run of one arm whose schedule has numbers of each person's own: laid out anew for every person.
#pragma once

#include "trial/bind.hpp"
#include "trial/personal_quantity.hpp"

#include <memory>
#include <vector>

namespace kohort::trial {

class PersonalRun final : public engine::Treatment {
public:
    /// run: the first arm of study, bound as if everybody had the numbers of the study. Copies what it needs. Throws InputError
    /// where a personal quantity names no attribute, or the arm begins in its steady state.
    PersonalRun(BoundRun run, const TrialStudy& study, const codegen::Program& program,
                std::span<const cohort::Attribute> attributes, const std::vector<PersonalQuantity>& personal);

    void personalise(const cohort::Person& person, std::span<double> parameter, std::span<double> input) const override {
        run_.personalise(person, parameter, input);
    }
    /// Throws InputError where a person's own number cannot be (a negative time): whoever allows such numbers looks at their
    /// extremes before a run.
    void schedule(const cohort::Person& person, int arm, std::vector<kernels::Action>& actions) const override;
    [[nodiscard]] double t_begin() const override { return run_.t_begin(); }
    [[nodiscard]] double t_end() const override { return run_.t_end(); }
    [[nodiscard]] std::span<const kernels::Feature> features() const override { return run_.features(); }
    [[nodiscard]] double cycle_length(const cohort::Person& person, int arm) const override {
        return run_.cycle_length(person, arm);
    }
    void schedule_cycles(const cohort::Person& person, int arm, std::int64_t cycles, bool from_start,
                         std::vector<kernels::Action>& actions) const override {
        run_.schedule_cycles(person, arm, cycles, from_start, actions);
    }

private:
    struct Recipe;

    BoundRun run_;
    std::shared_ptr<const Recipe> recipe_;  // null where nothing is anybody's own
};

}  // namespace kohort::trial
