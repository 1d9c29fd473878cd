#include "benchmarks/texts.hpp"

#include "io/text_file.hpp"
#include "model/read_model.hpp"
#include "model/sund.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <format>

namespace kohort::benchmarks {
namespace {

std::filesystem::path file_of(const std::string& name) {
    return std::filesystem::path(KOHORT_BENCHMARKS_DIR) / "texts" / (name + ".txt");
}

}  // namespace

codegen::Program lower_text(const std::string& name, const std::vector<std::string>& observables) {
    return codegen::lower(model::read_model(file_of(name)), {.observables = observables});
}

codegen::Program lower_text_with_event(const std::string& name, const std::string& event,
                                       const std::vector<std::string>& observables) {
    std::string text = io::read_text_file(file_of(name), 1 << 20);
    const std::string heading = "########## EVENTS\n";
    text.insert(text.find(heading) + heading.size(), event + "\n");
    return codegen::lower(model::read_sund(text, name), {.observables = observables});
}

codegen::Program lower_akzo(int cells) {
    const double width = 1.0 / cells;
    constexpr double c = 4.0;
    std::string rates;
    std::string starts;
    std::vector<std::string> observables;
    for (int cell = 1; cell <= cells; ++cell) {
        const double distance = cell * width - 1.0;
        const double drift = 2.0 * std::pow(distance, 3) / (c * c) / (2.0 * width);
        const double spread = std::pow(distance, 4) / (c * c) / (width * width);
        const std::string before = cell == 1 ? "surface" : std::format("u{}", cell - 1);
        const std::string after = std::format("u{}", std::min(cell + 1, cells));
        rates += std::format("d/dt(u{0}) = {1:.17g}*({2} - {3}) + {4:.17g}*({3} - 2*u{0} + {2}) - k*u{0}*v{0}\n", cell,
                             drift, after, before, spread);
        rates += std::format("d/dt(v{0}) = -k*u{0}*v{0}\n", cell);
        starts += std::format("u{0}(0) = 0\nv{0}(0) = 1\n", cell);
        observables.insert(observables.end(), {std::format("u{}", cell), std::format("v{}", cell)});
    }
    const std::string
        text = "########## NAME\nakzo\n########## METADATA\ntime_unit = s\n########## MACROS\n########## STATES\n" +
               rates + starts +
               "########## PARAMETERS\nk = 100\n########## VARIABLES\n########## FUNCTIONS\n"
               "########## EVENTS\n########## OUTPUTS\n########## INPUTS\nsurface = surface @ 2\n"
               "########## FEATURES\n";
    return codegen::lower(model::read_sund(text, "akzo"), {.observables = observables});
}

}  // namespace kohort::benchmarks
