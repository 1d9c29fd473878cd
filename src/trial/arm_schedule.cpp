#include "trial/arm_schedule.hpp"

#include "base/units.hpp"
#include "cohort/margin.hpp"

#include <algorithm>

namespace kohort::trial {

namespace {

DosingSchedule schedule_dosing(const ScheduleContext& context, const Arm& arm, std::span<const Measurement> measurements) {
    return {make_schedule(context, &arm, measurements), make_cycle(context, arm)};
}

// For the draws of a twin's own share; the doses have occasions from 1 on.
constexpr std::uint32_t own_share = 0;

}  // namespace

DoseTaking::DoseTaking(const Adherence& adherence, RandomKey key) : key_(key) {
    const double mean = value_in(adherence.mean, "1");
    if (!(mean >= 0.0 && mean <= 1.0))
        throw InputError(adherence.mean.place, "the mean adherence is not between 0 % and 100 %", "such as mean: 90 %");
    cohort::Distribution distribution{.kind = "constant",
                                      .numbers = {{"value", adherence.mean}},
                                      .levels = {},
                                      .edges = {},
                                      .shares = {},
                                      .file = {},
                                      .column = {},
                                      .place = adherence.place};
    if (adherence.sd && adherence.sd->value != 0.0) {
        distribution.kind = "beta";
        distribution.numbers = {{"mean", adherence.mean}, {"sd", *adherence.sd}};
    }
    share_ = cohort::make_margin(distribution, "1", "");
}

double DoseTaking::share_of(std::int64_t twin_id) const {
    if (!share_) return 1.0;
    return share_->value(normal(key_, {.twin = twin_id, .purpose = Purpose::adherence, .occasion = own_share}));
}

bool DoseTaking::takes(std::int64_t twin_id, double share, const ScheduledAction& dose) const {
    if (!share_ || dose.record < 0) return true;
    return uniform(key_, {.twin = twin_id,
                          .purpose = Purpose::adherence,
                          .occasion = own_share + 1 + static_cast<std::uint32_t>(dose.record),
                          .draw = static_cast<std::uint32_t>(dose.repeat)}) < share;
}

bool ArmSchedule::has_cycle() const {
    return std::any_of(for_row_.begin(), for_row_.end(), [](const DosingSchedule& one) { return one.cycle.length > 0.0; });
}

ArmSchedule schedule_arm(const ScheduleContext& context, const Arm& arm, std::span<const Measurement> measurements,
                         std::span<const std::string> person_ids) {
    std::vector<DosingSchedule> for_row;
    if (arm.dosing_of.empty()) {
        for_row.push_back(schedule_dosing(context, arm, measurements));
    } else {
        if (person_ids.empty())
            throw InputError(arm.place, "doses that are told apart by ID need persons with ids",
                             "read the cohort from a file with a column id");
        Arm own = arm;
        own.dosing_of.clear();
        for (const std::string& id : person_ids) {
            own.dosing = arm.dosing_of.at(id);  // io has matched the ids
            for_row.push_back(schedule_dosing(context, own, measurements));
        }
    }
    DoseTaking taking = arm.adherence ? DoseTaking(*arm.adherence, random_key(context.study.seed)) : DoseTaking();
    return {std::move(for_row), std::move(taking)};
}

}  // namespace kohort::trial
