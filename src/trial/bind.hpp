// A study made ready for one model and one cohort: names resolved, units and times converted, schedules laid out.
#pragma once

#include "engine/treatment.hpp"
#include "trial/arm_schedule.hpp"
#include "trial/columns.hpp"
#include "trial/persons.hpp"
#include "trial/schedule.hpp"
#include "trial/screening.hpp"

#include <string>
#include <vector>

namespace kohort::trial {

/// What the study needs the model to be lowered with. Throws InputError for a name that the model does not have.
[[nodiscard]] codegen::LowerOptions lower_options(const TrialStudy& study, const model::Model& model,
                                                  std::span<const cohort::Attribute> attributes);

/// One run of a twin, as the engine sees it: the arms of the study, or the untreated run for screening (arm 0 only).
class BoundRun final : public engine::Treatment {
public:
    BoundRun(PersonBinding persons, const codegen::Program& program, std::vector<ArmSchedule> arms,
             std::vector<kernels::Feature> features, double t_end);

    void personalise(const cohort::Person& person, std::span<double> parameter, std::span<double> input) const override;
    void schedule(const cohort::Person& person, int arm, std::vector<kernels::Action>& actions) const override;
    [[nodiscard]] double cycle_length(const cohort::Person& person, int arm) const override {
        return arms_[static_cast<std::size_t>(arm)].of(person).cycle.length;
    }
    void schedule_cycles(const cohort::Person& person, int arm, std::int64_t cycles, bool from_start,
                         std::vector<kernels::Action>& actions) const override;
    [[nodiscard]] double t_begin() const override { return 0.0; }
    [[nodiscard]] double t_end() const override { return t_end_; }
    [[nodiscard]] std::span<const kernels::Feature> features() const override { return features_; }

private:
    PersonBinding persons_;
    std::vector<double> default_parameter_;  // [model units] (n_parameters)
    std::vector<double> default_input_;      // [model units] (n_inputs)
    std::vector<ArmSchedule> arms_;
    std::vector<kernels::Feature> features_;
    double t_end_;  // [model time]
};

struct BoundStudy {
    BoundRun trial;          // arms in the study's order
    BoundRun screening_run;  // nobody's arm; run it only if screening.needs_a_run()
    ScreeningPlan screening;
    std::vector<Column> columns;          // of trial.features()
    std::vector<FixedValue> held_inputs;  // at these values until the steady state is reached, then back to the person's own
    std::vector<double> visit_times;           // [model time] of the study's visits, ascending
    std::vector<std::string> covariates_only;  // attributes that set nothing in the model
    std::vector<std::string> notes;            // what a reader of the results should know, a sentence each
};

/// Throws InputError, with its place, for whatever in the study does not fit the model or the cohort. person_ids: of the
/// table that the cohort is read from, for dosing that tells persons apart.
[[nodiscard]] BoundStudy bind_study(const TrialStudy& study, const codegen::Program& program,
                                    std::span<const cohort::Attribute> attributes,
                                    std::span<const std::string> person_ids = {});

}  // namespace kohort::trial
