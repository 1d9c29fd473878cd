#include "io/uncertainty_result.hpp"

#include "io/result_writer.hpp"
#include "io/uncertainty_state.hpp"
#include "kernels/status.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace kohort::io {
namespace {

using namespace uncertainty;

Coordinate labelled(std::string name, std::vector<std::string> labels) {
    return {.name = std::move(name), .labels = std::move(labels), .values = {}, .unit = {}, .long_name = {}, .type = {}};
}

Coordinate coordinate_of(const Axis& axis) {
    return {.name = axis.name,
            .labels = axis.labels,
            .values = axis.values,
            .unit = axis.unit,
            .long_name = {},
            .type = StoredType::float64};
}

Variable texts(std::string name, std::string dimension, std::string long_name, std::vector<std::string> texts) {
    return {.name = std::move(name),
            .dimensions = {std::move(dimension)},
            .type = {},
            .unit = {},
            .long_name = std::move(long_name),
            .flags = {},
            .values = {},
            .texts = std::move(texts)};
}

std::size_t rows_of(const Field& field) {
    return std::accumulate(field.axes.begin(), field.axes.end(), std::size_t{1},
                           [](std::size_t rows, const Axis& axis) { return rows * axis.size(); });
}

/// Cells [first, first + count) of every row of the field.
std::vector<double> part_of(const Field& field, const Cells& cells, int first, int count) {
    std::vector<double> values;
    for (std::size_t row = 0; row < rows_of(field); ++row) {
        const auto begin = field.values.begin() + static_cast<std::ptrdiff_t>(row) * cells.count() + first;
        values.insert(values.end(), begin, begin + count);
    }
    return values;
}

/// A group that takes fields of one topic over some dimensions.
class TopicGroup {
public:
    TopicGroup(std::string name, std::vector<Coordinate> of_cells) : of_cells_(std::move(of_cells)) {
        group_.name = std::move(name);
    }

    void add(const Field& field, std::vector<double> values) {
        Variable variable{.name = field.name,
                          .dimensions = {},
                          .type = field.whole ? StoredType::int64 : StoredType::float64,
                          .unit = field.unit == FieldUnit::none ? "1" : "",
                          .long_name = field.meaning,
                          .flags = {},
                          .values = std::move(values),
                          .texts = {}};
        for (const Axis& axis : field.axes) {
            add_coordinate(coordinate_of(axis));
            variable.dimensions.push_back(axis.name);
        }
        for (const Coordinate& coordinate : of_cells_) {
            add_coordinate(coordinate);
            variable.dimensions.push_back(coordinate.name);
        }
        group_.variables.push_back(std::move(variable));
    }
    void add(Variable variable) { group_.variables.push_back(std::move(variable)); }
    [[nodiscard]] bool empty() const { return group_.variables.empty(); }
    [[nodiscard]] Group take() { return std::move(group_); }

private:
    void add_coordinate(const Coordinate& coordinate) {
        const bool is_there = std::any_of(group_.coordinates.begin(), group_.coordinates.end(),
                                          [&](const Coordinate& other) { return other.name == coordinate.name; });
        if (!is_there) group_.coordinates.push_back(coordinate);
    }

    Group group_;
    std::vector<Coordinate> of_cells_;
};

std::vector<std::string> topics_of(const Findings& findings) {
    std::vector<std::string> topics;
    for (const Field& field : findings.fields) {
        if (std::find(topics.begin(), topics.end(), field.topic) == topics.end()) topics.push_back(field.topic);
    }
    return topics;
}

/// The groups of one topic: over variables and times, over features, and of failure where runs failed.
void add_topic(const std::string& topic, const UncertaintyResult& result, std::vector<Group>& groups) {
    const Cells& cells = result.cells;
    const Coordinate time{.name = "time",
                          .labels = {},
                          .values = cells.times,
                          .unit = cells.time_unit,
                          .long_name = "from the start",
                          .type = StoredType::float64};
    TopicGroup of_variables(topic, {labelled("variable", cells.variables), time});
    TopicGroup of_features(topic + "_of_features", {labelled("feature", cells.features)});
    TopicGroup of_failure(topic + "_of_failure", {});
    TopicGroup without_cells(topic, {});
    const int of_all_variables = cells.n_variables() * cells.n_times();
    for (const Field& field : result.findings.fields) {
        if (field.topic != topic) continue;
        if (field.values.size() == rows_of(field)) {
            without_cells.add(field, field.values);
            continue;
        }
        if (of_all_variables > 0) of_variables.add(field, part_of(field, cells, 0, of_all_variables));
        if (cells.n_features() > 0) of_features.add(field, part_of(field, cells, of_all_variables, cells.n_features()));
        const bool tells_of_failure = result.progress.counts.failed() > 0 && !field.axes.empty() &&
                                      field.axes.front().name == "parameter";
        if (tells_of_failure) of_failure.add(field, part_of(field, cells, cells.failure(), 1));
    }
    if (!of_variables.empty())
        of_variables.add(texts("variable_unit", "variable", "unit of the variable", cells.variable_units));
    if (!of_features.empty())
        of_features.add(texts("feature_unit", "feature", "unit of the feature", cells.feature_units));
    for (TopicGroup* group : {&of_variables, &of_features, &of_failure, &without_cells}) {
        if (!group->empty()) groups.push_back(group->take());
    }
}

Group inputs_group(const UncertaintyResult& result) {
    const UncertaintyStudy& study = result.file.study;
    std::vector<std::string> of_group;
    std::vector<std::string> kinds;
    for (std::size_t input = 0; input < study.inputs.size(); ++input)
        of_group.push_back(study.groups[static_cast<std::size_t>(study.group_of[input])]);
    for (const cohort::AttributeDescription& attribute : result.file.inputs.attributes) {
        if (attribute.recipe)
            kinds.push_back(attribute.recipe->by.empty() ? attribute.recipe->distribution.kind
                                                         : "by " + attribute.recipe->by);
    }
    return {"inputs",
            {labelled("input", study.inputs)},
            {texts("group", "input", "the parameter of the other groups to which the input belongs", std::move(of_group)),
             texts("distribution", "input", "kind of distribution; its numbers are in the study", std::move(kinds))},
            {}};
}

Group runs_group(const UncertaintyResult& result) {
    std::vector<std::string> statuses;
    std::vector<double> counts;
    std::vector<double> first_runs;
    for (std::size_t code = 0; code < RunCounts::n_statuses; ++code) {
        const std::string words = words_of(static_cast<TwinStatus>(code));
        if (words == "unknown") break;
        statuses.push_back(words);
        counts.push_back(static_cast<double>(result.progress.counts.by_status[code]));
        first_runs.push_back(static_cast<double>(result.progress.counts.first_run[code]));
    }
    Variable runs{.name = "runs",
                  .dimensions = {"status"},
                  .type = StoredType::int64,
                  .unit = "1",
                  .long_name = "runs, by how they ended",
                  .flags = {},
                  .values = std::move(counts),
                  .texts = {}};
    Variable first{.name = "first_run",
                   .dimensions = {"status"},
                   .type = StoredType::int64,
                   .unit = "1",
                   .long_name = "the first run of the design that ended so, counted from 0; -1 for none",
                   .flags = {},
                   .values = std::move(first_runs),
                   .texts = {}};
    return {"runs",
            {labelled("status", std::move(statuses))},
            {std::move(runs), std::move(first)},
            {{"solver_steps", result.progress.counts.steps}}};
}

}  // namespace

ResultLayout uncertainty_layout(const UncertaintyResult& result) {
    const trial::TrialStudy& base = result.file.base;
    ResultLayout layout;
    layout.attributes = {{"Conventions", "CF-1.8"},
                         {"schema_version", "kohort-uncertainty-result/1"},
                         {"title", base.title.empty() ? base.name : base.title},
                         {"study_name", base.name},
                         {"study", result.file.canonical_text},
                         {"study_sha256", result.file.sha256},
                         {"model_sha256", result.model_sha256},
                         {"seed", std::to_string(base.seed)},
                         {"topic", result.findings.topic},
                         {"engine_version", result.engine_version}};
    layout.groups = {inputs_group(result), runs_group(result)};
    for (const std::string& topic : topics_of(result.findings)) add_topic(topic, result, layout.groups);
    if (!result.progress.rounds.empty()) layout.groups.push_back(convergence_group(result.progress));
    if (!result.state.empty()) layout.groups.push_back(state_group({result.progress, result.state}));
    return layout;
}

void write_uncertainty(MPI_Comm communicator, const std::filesystem::path& path, bool overwrite,
                       const UncertaintyResult& result) {
    ResultWriter writer(communicator, path, uncertainty_layout(result), {.overwrite = overwrite});
    writer.close();
}

}  // namespace kohort::io
