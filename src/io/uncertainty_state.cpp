#include "io/uncertainty_state.hpp"

#include "base/errors.hpp"
#include "io/hdf5.hpp"
#include "io/result_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace kohort::io {
namespace {

using namespace uncertainty;

constexpr double limb = 4294967296.0;  // 2^32
constexpr std::int64_t layout = 2;     // in which order an analysis keeps its numbers; another order, another number

Coordinate numbered(std::string name, std::size_t n) {
    Coordinate coordinate{
        .name = std::move(name), .labels = {}, .values = {}, .unit = {}, .long_name = {}, .type = StoredType::int64};
    for (std::size_t at = 0; at < n; ++at) coordinate.values.push_back(static_cast<double>(at));
    return coordinate;
}

Variable column(std::string name, std::string dimension, std::string long_name, StoredType type, std::vector<double> values) {
    return {.name = std::move(name),
            .dimensions = {std::move(dimension)},
            .type = type,
            .unit = "1",
            .long_name = std::move(long_name),
            .flags = {},
            .values = std::move(values),
            .texts = {}};
}

/// What must be the same for two jobs to be parts of one study.
nlohmann::json essence(const std::string& canonical_text) {
    nlohmann::json study = nlohmann::json::parse(canonical_text);
    study.erase("name");
    study.erase("title");
    study["design"].erase("n");
    study["analysis"].erase("stop");
    study["analysis"].erase("quantiles");
    study["analysis"].erase("level");
    study["outputs"].erase("report_at");
    return study;
}

std::vector<double> read_column(hid_t group, const char* name) {
    const h5::Handle dataset(H5Dopen2(group, name, H5P_DEFAULT), std::string("open ") + name);
    return h5::read_numbers(dataset);
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& problem, const std::string& remedy) {
    throw InputError({path.string()}, problem, remedy);
}

}  // namespace

Group state_group(const SavedState& state) {
    std::vector<double> high;
    std::vector<double> low;
    for (const std::int64_t number : state.numbers) {
        high.push_back(static_cast<double>(number >> 32));
        low.push_back(static_cast<double>(number & 0xffffffff));
    }
    std::vector<double> statuses(state.progress.counts.by_status.begin(), state.progress.counts.by_status.end());
    std::vector<double> first_runs(state.progress.counts.first_run.begin(), state.progress.counts.first_run.end());
    return {"state",
            {numbered("number", high.size()), numbered("status", statuses.size())},
            {column("high", "number", "the number's upper 32 bits, with its sign", StoredType::int32, std::move(high)),
             column("low", "number", "the number's lower 32 bits", StoredType::int64, std::move(low)),
             column("runs", "status", "runs that ended in each status", StoredType::int64, std::move(statuses)),
             column("first_run", "status", "the first run that ended so, -1 for none", StoredType::int64,
                    std::move(first_runs))},
            {{"blocks", state.progress.blocks}, {"solver_steps", state.progress.counts.steps}, {"layout", layout}}};
}

Group convergence_group(const StudyProgress& progress) {
    Coordinate samples{
        .name = "base_samples", .labels = {}, .values = {}, .unit = "1", .long_name = {}, .type = StoredType::int64};
    std::vector<double> first;
    std::vector<double> total;
    for (const StudyProgress::Round& round : progress.rounds) {
        samples.values.push_back(static_cast<double>(round.samples));
        first.push_back(round.widest_first);
        total.push_back(round.widest_total);
    }
    const char*
        meaning = "half the width of the widest interval over all cells that vary by at least a hundredth of the most";
    return {"convergence",
            {std::move(samples)},
            {column("largest_halfwidth_first", "base_samples", meaning, StoredType::float64, std::move(first)),
             column("largest_halfwidth_total", "base_samples", meaning, StoredType::float64, std::move(total))},
            {}};
}

SavedState read_state(const std::filesystem::path& earlier, const UncertaintyFile& study, const std::string& model_sha256) {
    const ResultReader result(earlier);
    for (const std::string& problem : result.problems())
        refuse(earlier, problem, "only a whole result can be extended");
    if (result.text("schema_version") != "kohort-uncertainty-result/1" ||
        essence(result.text("study")) != essence(study.canonical_text))
        refuse(earlier, "this is the result of another study", "only n, and what is reported, may differ");
    if (result.text("model_sha256") != model_sha256)
        refuse(earlier, "the model has changed since", "run the whole study");
    const h5::Quiet quiet;
    const h5::Handle file = h5::open_to_read(earlier);
    if (H5Lexists(file, "state", H5P_DEFAULT) <= 0)
        refuse(earlier, "this result has not kept its sums", "run it with design: {extendable: true}");
    const h5::Handle group(H5Gopen2(file, "state", H5P_DEFAULT), "open group state");
    if (H5Aexists(group, "layout") <= 0 || h5::read_number_attribute(group, "layout").at(0) != layout)
        refuse(earlier, "another version of Kohort has kept its sums in another order", "run the whole study");
    SavedState state;
    const std::vector<double> high = read_column(group, "high");
    const std::vector<double> low = read_column(group, "low");
    for (std::size_t at = 0; at < high.size(); ++at) {
        state.numbers.push_back(static_cast<std::int64_t>(high[at]) * static_cast<std::int64_t>(limb) +
                                static_cast<std::int64_t>(low[at]));
    }
    const std::vector<double> runs = read_column(group, "runs");
    for (std::size_t status = 0; status < std::min(runs.size(), state.progress.counts.by_status.size()); ++status)
        state.progress.counts.by_status[status] = static_cast<std::int64_t>(runs[status]);
    const std::vector<double> first_runs = read_column(group, "first_run");
    for (std::size_t status = 0; status < std::min(first_runs.size(), state.progress.counts.first_run.size()); ++status)
        state.progress.counts.first_run[status] = static_cast<std::int64_t>(first_runs[status]);
    state.progress.blocks = static_cast<std::int64_t>(h5::read_number_attribute(group, "blocks").at(0));
    state.progress.counts.steps = static_cast<std::int64_t>(h5::read_number_attribute(group, "solver_steps").at(0));
    if (H5Lexists(file, "convergence", H5P_DEFAULT) > 0) {
        const h5::Handle rounds(H5Gopen2(file, "convergence", H5P_DEFAULT), "open group convergence");
        const std::vector<double> samples = read_column(rounds, "base_samples");
        const std::vector<double> first = read_column(rounds, "largest_halfwidth_first");
        const std::vector<double> total = read_column(rounds, "largest_halfwidth_total");
        for (std::size_t at = 0; at < samples.size(); ++at)
            state.progress.rounds.push_back({static_cast<std::int64_t>(samples[at]), first[at], total[at]});
    }
    return state;
}

}  // namespace kohort::io
