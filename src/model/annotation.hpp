// What a modeller writes beside a quantity, and units of time.
#pragma once

#include "model/model.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kohort::model {

/// "[1/min] absorption rate; Dalla Man 2007" is unit "1/min" and meaning "absorption rate; Dalla Man 2007". A bracket that
/// holds = or , is a remark and no unit: "[male=1, female=0]".
[[nodiscard]] Annotation read_annotation(std::string_view comment);

/// The unit between brackets: "-" is "1".
[[nodiscard]] std::string unit_in_brackets(std::string_view written);

struct TimeUnit {
    std::string name;      // "min"
    double seconds = 0.0;  // [s]
};

/// A unit of time as SUND writes it (m is a minute) or as Model::time_unit does; none if it is something else.
[[nodiscard]] std::optional<TimeUnit> find_time_unit(std::string_view written);

}  // namespace kohort::model
