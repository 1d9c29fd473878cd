#include "io/provenance.hpp"

#include "base/version.hpp"
#include "engine/disk_file.hpp"
#include "io/persons_file.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace kohort::io {
namespace {

using Json = nlohmann::ordered_json;

Json reference(const std::string& id) { return {{"@id", id}}; }

/// A measured number of a run, as schema.org has it.
Json quantity(const std::string& id, const std::string& name, const Json& value, const std::string& unit) {
    Json property{{"@id", id}, {"@type", "PropertyValue"}, {"name", name}, {"value", value}};
    if (!unit.empty()) property["unitText"] = unit;
    return property;
}

Json part(const std::string& id, const std::string& name, const std::string& sha256) {
    Json work{{"@id", id}, {"@type", "CreativeWork"}, {"name", name}};
    if (!sha256.empty()) work["identifier"] = "sha256:" + sha256;
    return work;
}

std::vector<Json> quantities(const RunFacts& run) {
    const double cores = static_cast<double>(run.ranks) * run.threads;
    std::vector<std::string> hosts;
    for (const auto& [host, ranks] : run.ranks_on_host) hosts.push_back(host);
    return {quantity("#seconds", "wall time of the last attempt", run.seconds, "s"),
            quantity("#core-hours", "core-hours of the last attempt", run.seconds * cores / 3600.0, "h"),
            quantity("#ranks", "MPI ranks", run.ranks, ""),
            quantity("#threads", "threads of each rank", run.threads, ""),
            quantity("#attempts", "attempts until it was finished", run.attempts, ""),
            quantity("#hosts", "machines", hosts, "")};
}

}  // namespace

void write_provenance(const std::filesystem::path& result, const Provenance& facts) {
    const std::string file = result.filename().string();
    const std::string metadata = result.stem().string() + "-ro-crate-metadata.json";
    const std::string now = utc_now();
    const std::string title = facts.title.empty() ? facts.name : facts.title;
    Json graph = Json::array();
    graph.push_back({{"@id", metadata},
                     {"@type", "CreativeWork"},
                     {"conformsTo", reference("https://w3id.org/ro/crate/1.2")},
                     {"about", reference("./")}});
    graph.push_back({{"@id", "./"},
                     {"@type", "Dataset"},
                     {"name", "Result of " + facts.name},
                     {"description", title},
                     {"datePublished", now},
                     {"hasPart", {reference(file), reference(file + ".run.json")}},
                     {"mentions", reference("#run")}});
    graph.push_back({{"@id", file},
                     {"@type", "File"},
                     {"name", title},
                     {"encodingFormat", "application/x-hdf5"},
                     {"contentSize", std::to_string(std::filesystem::file_size(result))},
                     {"sha256", file_sha256(result)}});
    graph.push_back({{"@id", file + ".run.json"},
                     {"@type", "File"},
                     {"name", "What differs from run to run"},
                     {"encodingFormat", "application/json"}});
    graph.push_back(part("#study", facts.study.filename().string(), facts.study_sha256));
    graph.push_back(part("#model", facts.model, facts.model_sha256));
    graph.push_back(part("#cohort", facts.cohort.empty() ? "described in the study" : facts.cohort, ""));
    graph.push_back(
        {{"@id", "#kohort"}, {"@type", "SoftwareApplication"}, {"name", "Kohort"}, {"softwareVersion", std::string(version)}});
    Json usage = Json::array();
    for (const Json& one : quantities(facts.run)) {
        usage.push_back(reference(one["@id"]));
        graph.push_back(one);
    }
    graph.push_back(quantity("#seed", "seed of all random numbers", facts.seed, ""));
    graph.push_back({{"@id", "#run"},
                     {"@type", "CreateAction"},
                     {"name", "kohort run " + facts.study.filename().string()},
                     {"startTime", facts.started},
                     {"endTime", now},
                     {"instrument", reference("#kohort")},
                     {"object", {reference("#study"), reference("#model"), reference("#cohort"), reference("#seed")}},
                     {"result", reference(file)},
                     {"resourceUsage", usage}});
    const Json crate{{"@context",
                      {"https://w3id.org/ro/crate/1.2/context",
                       {{"sha256", "https://w3id.org/ro/terms/workflow-run#sha256"},
                        {"resourceUsage", "https://w3id.org/ro/terms/workflow-run#resourceUsage"}}}},
                     {"@graph", graph}};
    engine::replace_file(result.parent_path() / metadata, crate.dump(2) + '\n');
}

}  // namespace kohort::io
