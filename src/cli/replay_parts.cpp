#include "cli/replay.hpp"

#include "base/errors.hpp"
#include "base/units.hpp"

#include <cstdio>

namespace kohort::cli {
namespace {

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", value);
    return text;
}

}  // namespace

std::vector<double> observation_times(const ReplayOptions& options, const std::string& time_unit, double end) {
    if (options.trajectory.empty()) return {};
    const Place place{"--every", 0, 0};
    const double every = value_in(parse_quantity(options.every, place), time_unit);
    constexpr double most = 1e7;
    if (!(every > 0.0) || end / every > most)
        throw InputError(place, "'" + options.every + "' does not give between 1 and 10 million times",
                         "choose another step");
    std::vector<double> times;
    for (std::int64_t step = 0; static_cast<double>(step) * every <= end; ++step)
        times.push_back(static_cast<double>(step) * every);
    return times;
}

void print_person(std::span<const cohort::Attribute> attributes, const cohort::Person& person) {
    for (std::size_t at = 0; at < attributes.size(); ++at) {
        const cohort::Attribute& attribute = attributes[at];
        const double value = person.value[at];
        const bool has_level = !attribute.levels.empty() && value >= 0.0 &&
                               value < static_cast<double>(attribute.levels.size());
        if (has_level)
            std::printf("  %-26s %s\n", attribute.name.c_str(), attribute.levels[static_cast<std::size_t>(value)].c_str());
        else
            std::printf("  %-26s %.17g %s\n", attribute.name.c_str(), value, attribute.unit.c_str());
    }
}

TrajectoryFile::TrajectoryFile(const std::filesystem::path& path, const codegen::Program& program)
    : out_(path), program_(program) {
    if (!out_) throw InputError({path.string()}, "cannot be written", "choose another file for --trajectory");
    out_ << "arm,time [" << program.model.time_unit << "]";
    for (const std::string& name : program.observable_names) out_ << ',' << name;
    out_ << '\n';
}

void TrajectoryFile::append(const std::string& arm, const std::vector<double>& times, const engine::ArmResult& run) {
    const std::size_t n_observables = program_.observables.size();
    for (std::size_t time = 0; time < times.size(); ++time) {
        out_ << arm << ',' << number(times[time]);
        for (std::size_t observable = 0; observable < n_observables; ++observable)
            out_ << ',' << number(run.observation(observable * times.size() + time, 0));
        out_ << '\n';
    }
}

}  // namespace kohort::cli
