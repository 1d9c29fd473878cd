#include "uncertainty/triple.hpp"

#include <limits>
#include <utility>

namespace kohort::uncertainty {

Field empty_field(std::string topic, std::string name, std::string meaning, std::vector<Axis> axes, int cells) {
    Field field{.topic = std::move(topic),
                .name = std::move(name),
                .meaning = std::move(meaning),
                .axes = std::move(axes),
                .unit = FieldUnit::none,
                .whole = false,
                .values = {}};
    std::size_t n = static_cast<std::size_t>(cells);
    for (const Axis& axis : field.axes) n *= axis.size();
    field.values.assign(n, std::numeric_limits<double>::quiet_NaN());
    return field;
}

Triple::Triple(const std::string& topic, const std::string& name, const std::string& meaning,
               const std::vector<Axis>& axes, int cells)
    : value_(empty_field(topic, name, meaning, axes, cells)),
      low_(empty_field(topic, name + "_low", "lower end of the interval of " + name, axes, cells)),
      high_(empty_field(topic, name + "_high", "upper end of the interval of " + name, axes, cells)) {}

void Triple::set(std::size_t at, const Interval& interval) {
    value_.values[at] = interval.value;
    low_.values[at] = interval.low;
    high_.values[at] = interval.high;
}

void Triple::move_to(Findings& findings) {
    for (Field* field : {&value_, &low_, &high_}) findings.fields.push_back(std::move(*field));
}

}  // namespace kohort::uncertainty
