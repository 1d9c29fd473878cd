#include "io/uncertainty_file.hpp"

#include "base/sha256.hpp"
#include "base/units.hpp"
#include "io/paths.hpp"
#include "io/study_check.hpp"
#include "io/study_file.hpp"
#include "io/study_keys.hpp"
#include "io/study_sections.hpp"
#include "io/text_file.hpp"
#include "io/uncertainty_sections.hpp"
#include "io/uncertainty_text.hpp"

namespace kohort::io {
namespace {

namespace fs = std::filesystem;

/// One arm whose people are all alike but for their inputs.
void read_base(const Mapping& map, trial::TrialStudy& base) {
    base.name = map.required("name").id();
    if (const auto title = map.optional("title")) base.title = title->text();
    base.seed = map.required("seed").seed();
    base.model = read_model(map.required("model"));
    base.duration = map.required("duration").positive_time();
    trial::Arm run;
    run.id = "run";
    run.control = true;  // so that nothing need be given
    run.place = map.place();
    base.arms.push_back(std::move(run));
}

void check_times(const UncertaintyFile& file) {
    const auto too_late = [&](const Quantity& time) {
        return value_in(time, "s") > value_in(file.base.duration, "s") * (1 + 1e-12);
    };
    for (const Quantity& time : file.study.times) {
        if (too_late(time))
            throw InputError(time.place, "an output time is after the end of the run",
                             "lengthen duration, or look earlier");
    }
}

}  // namespace

UncertaintyFile parse_uncertainty(std::string_view text, const std::string& name, const fs::path& folder) {
    const Mapping map(Value(parse_yaml(text, name), ""), study_keys::uncertainty);
    UncertaintyFile file;
    read_base(map, file.base);
    std::map<std::string, ScheduleEntry> schedule;
    if (const auto value = map.optional("schedule")) schedule = read_schedule(*value, file.base.arms.front());
    read_inputs(map.required("inputs"), schedule, folder, file);
    if (const auto value = map.optional("correlation")) read_correlations(*value, file);
    read_outputs(map.required("outputs"), file);
    file.study.design = read_design(map.required("design"));
    if (const auto value = map.optional("analysis"))
        file.study.analysis = read_analysis_choice(*value, file.study.design);
    check_study(file.base);
    check_times(file);
    file.model_path = find_model_text(file.base.model, folder);
    file.canonical_text = canonical_text(file, schedule, folder);
    file.sha256 = sha256_hex(file.canonical_text);
    return file;
}

UncertaintyFile read_uncertainty(const fs::path& path) {
    UncertaintyFile file = parse_uncertainty(read_text_file(path, YamlLimits{}.bytes), path.string(), path.parent_path());
    file.path = path;
    return file;
}

std::string schema_of(const fs::path& path) {
    const YamlNodePtr root = read_yaml(path);
    for (const YamlEntry& entry : root->entries) {
        if (entry.key == "schema") return entry.value->text;
    }
    return {};
}

}  // namespace kohort::io
