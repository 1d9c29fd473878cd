// What one arm gives, ready for the engine: one schedule for everybody, or one for each person of a table.
#pragma once

#include "base/random.hpp"
#include "cohort/cohort.hpp"
#include "trial/schedule.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kohort::cohort {
class Margin;
}

namespace kohort::trial {

/// What everybody with the same dosing gets.
struct DosingSchedule {
    std::vector<ScheduledAction> actions;  // in order
    DosingCycle cycle;                     // before time zero
};

/// Who takes which dose: keyed by twin, record and repeat, the same in every arm.
class DoseTaking {
public:
    DoseTaking() = default;  // everybody takes every dose
    /// Throws InputError for a mean or sd that no share of doses can have.
    DoseTaking(const Adherence& adherence, RandomKey key);

    /// The share of doses that this twin takes in the long run.
    [[nodiscard]] double share_of(std::int64_t twin_id) const;
    [[nodiscard]] bool takes(std::int64_t twin_id, double share, const ScheduledAction& dose) const;

private:
    std::shared_ptr<const cohort::Margin> share_;  // null: everybody takes every dose
    RandomKey key_;
};

class ArmSchedule {
public:
    ArmSchedule() = default;
    /// for_row: one for everybody, or one for each row of the table of persons.
    ArmSchedule(std::vector<DosingSchedule> for_row, DoseTaking taking)
        : for_row_(std::move(for_row)), taking_(std::move(taking)) {}

    [[nodiscard]] const DosingSchedule& of(const cohort::Person& person) const {
        return for_row_[for_row_.size() == 1 ? 0 : static_cast<std::size_t>(person.row)];
    }
    [[nodiscard]] const DoseTaking& taking() const { return taking_; }
    [[nodiscard]] bool has_cycle() const;

private:
    std::vector<DosingSchedule> for_row_{1};
    DoseTaking taking_;
};

/// person_ids: of the table of persons, in its order; empty where there is none. Throws InputError.
[[nodiscard]] ArmSchedule schedule_arm(const ScheduleContext& context, const Arm& arm,
                                       std::span<const Measurement> measurements, std::span<const std::string> person_ids);

}  // namespace kohort::trial
