// Fields over cells being filled: plain ones, and an estimate with the ends of its interval.
#pragma once

#include "uncertainty/findings.hpp"
#include "uncertainty/intervals.hpp"

#include <string>
#include <vector>

namespace kohort::uncertainty {

/// All NaN. cells: 1 for a field without cells.
[[nodiscard]] Field empty_field(std::string topic, std::string name, std::string meaning, std::vector<Axis> axes, int cells);

/// `name`, `name`_low and `name`_high.
class Triple {
public:
    Triple(const std::string& topic, const std::string& name, const std::string& meaning, const std::vector<Axis>& axes,
           int cells);
    void set(std::size_t at, const Interval& interval);
    void move_to(Findings& findings);

private:
    Field value_;
    Field low_;
    Field high_;
};

}  // namespace kohort::uncertainty
