// A small result file with one of everything, its numbers computed from the twin's number: for tests that open it elsewhere.
#pragma once

#include "io/result_writer.hpp"

#include <cmath>
#include <limits>

namespace kohort::io::example {

inline constexpr std::int64_t n_arms = 2;
inline constexpr std::int64_t n_visits = 3;
inline constexpr std::int64_t n_times = 5;

inline double age(std::int64_t twin) { return 18.0 + static_cast<double>(twin % 500) / 10.0; }
inline double sex(std::int64_t twin) { return static_cast<double>(twin % 2); }
inline double status(std::int64_t arm, std::int64_t twin) { return arm == 1 && twin % 100 == 7 ? 2.0 : 0.0; }
inline double weight(std::int64_t arm, std::int64_t visit, std::int64_t twin) {
    if (status(arm, twin) != 0.0) return std::numeric_limits<double>::quiet_NaN();
    return 90.0 + static_cast<double>(twin % 97) - static_cast<double>(arm * visit) / 3.0;
}
inline double glucose(std::int64_t arm, std::int64_t time, std::int64_t twin) {
    return 90.0 + 10.0 * std::sin(static_cast<double>(twin + time)) + static_cast<double>(arm);
}

inline std::vector<double> numbers_to(std::int64_t n) {
    std::vector<double> numbers(static_cast<std::size_t>(n));
    for (std::size_t index = 0; index < numbers.size(); ++index) numbers[index] = static_cast<double>(index);
    return numbers;
}

inline ResultLayout layout(std::int64_t n_twins) {
    const Coordinate twin{"twin", {}, numbers_to(n_twins), "", "twin id", StoredType::int64};
    const Coordinate arm{"arm", {"usual", "diät"}, {}, "", "", {}};
    const Coordinate visit{"visit", {"baseline", "week26", "week52"}, {}, "", "", {}};
    const Coordinate time{"time", {}, {0, 15, 30, 60, 120}, "min", "time after the meal", StoredType::float64};
    ResultLayout layout;
    layout.n_twins = n_twins;
    layout.attributes = {{"title", "an example"}, {"seed", std::int64_t{7}}, {"Conventions", "CF-1.8"}};
    layout.groups.push_back(
        {"twins",
         {arm, twin},
         {{"age", {"twin"}, StoredType::float64, "year", "age", {}, {}, {}},
          {"sex", {"twin"}, StoredType::int8, "", "", {"female", "male"}, {}, {}},
          {"status", {"arm", "twin"}, StoredType::int8, "", "", {"ok", "not run", "too many steps"}, {}, {}}},
         {}});
    layout.groups.push_back({"outcomes",
                             {arm, visit, twin},
                             {{"weight", {"arm", "visit", "twin"}, StoredType::float64, "kg", "body weight", {}, {}, {}},
                              {"visit_time", {"visit"}, StoredType::float64, "week", "", {}, {0, 26, 52}, {}}},
                             {}});
    layout.groups.push_back({"trajectories",
                             {arm, time, twin},
                             {{"glucose", {"arm", "time", "twin"}, StoredType::float64, "mg/dL", "", {}, {}, {}}},
                             {}});
    return layout;
}

/// The streamed numbers of twins [first, last), in the order of the layout.
inline std::vector<std::vector<double>> values(std::int64_t first, std::int64_t last) {
    std::vector<std::vector<double>> values(5);
    const auto each = [&](std::vector<double>& row, auto&& number) {
        for (std::int64_t twin = first; twin < last; ++twin) row.push_back(number(twin));
    };
    each(values[0], age);
    each(values[1], sex);
    for (std::int64_t arm = 0; arm < n_arms; ++arm) {
        each(values[2], [&](std::int64_t twin) { return status(arm, twin); });
        for (std::int64_t visit = 0; visit < n_visits; ++visit)
            each(values[3], [&](std::int64_t twin) { return weight(arm, visit, twin); });
        for (std::int64_t time = 0; time < n_times; ++time)
            each(values[4], [&](std::int64_t twin) { return glucose(arm, time, twin); });
    }
    return values;
}

inline std::vector<Group> tables() {
    return {{"analyses",
             {{"comparison", {"weight: diät - usual"}, {}, "", "", {}}},
             {{"estimate", {"comparison"}, StoredType::float64, "kg", "difference of means", {}, {-2.5}, {}},
              {"method", {"comparison"}, {}, "", "", {}, {}, {"ancova"}}},
             {{"alpha", 0.05}}}};
}

}  // namespace kohort::io::example
