#include "io/side_file.hpp"

#include "base/version.hpp"
#include "engine/disk_file.hpp"
#include "io/persons_file.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <ctime>
#include <fstream>
#include <vector>

namespace kohort::io {
namespace {

std::string this_host() {
    std::array<char, MPI_MAX_PROCESSOR_NAME> name{};
    int length = 0;
    MPI_Get_processor_name(name.data(), &length);
    return name.data();
}

/// Collective over one rank of each machine.
RanksOnHost gather_on_first(MPI_Comm firsts, int ranks_here) {
    constexpr int width = MPI_MAX_PROCESSOR_NAME;
    int rank = 0;
    int n_machines = 0;
    MPI_Comm_rank(firsts, &rank);
    MPI_Comm_size(firsts, &n_machines);
    const std::size_t n = rank == 0 ? static_cast<std::size_t>(n_machines) : 0;
    std::string mine = this_host();
    mine.resize(width);
    std::vector<char> names(n * width);
    std::vector<int> ranks(n);
    MPI_Gather(mine.data(), width, MPI_CHAR, names.data(), width, MPI_CHAR, 0, firsts);
    MPI_Gather(&ranks_here, 1, MPI_INT, ranks.data(), 1, MPI_INT, 0, firsts);
    RanksOnHost found;
    for (std::size_t machine = 0; machine < n; ++machine) found[names.data() + machine * width] += ranks[machine];
    return found;
}

std::filesystem::path side_path(const std::filesystem::path& result) { return result.string() + ".run.json"; }

}  // namespace

std::string utc_now() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

RanksOnHost ranks_on_host(MPI_Comm communicator) {
    int rank = 0;
    MPI_Comm_rank(communicator, &rank);
    MPI_Comm machine = MPI_COMM_NULL;
    MPI_Comm_split_type(communicator, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &machine);
    int rank_here = 0;
    int ranks_here = 0;
    MPI_Comm_rank(machine, &rank_here);
    MPI_Comm_size(machine, &ranks_here);
    MPI_Comm_free(&machine);
    MPI_Comm firsts = MPI_COMM_NULL;  // one rank of each machine; rank 0 is the first of its own
    MPI_Comm_split(communicator, rank_here == 0 ? 0 : MPI_UNDEFINED, rank, &firsts);
    if (firsts == MPI_COMM_NULL) return {};
    RanksOnHost found = gather_on_first(firsts, ranks_here);
    MPI_Comm_free(&firsts);
    return found;
}

void write_side_file(const std::filesystem::path& result, const RunFacts& facts) {
    RanksOnHost ranks_on_host = facts.ranks_on_host;
    if (ranks_on_host.empty()) ranks_on_host[this_host()] = facts.ranks;
    nlohmann::ordered_json text{
        {"result", result.filename().string()},
        {"result_sha256", file_sha256(result)},
        {"engine_version", std::string(version)},
        {"finished", utc_now()},
        {"seconds", facts.seconds},
        {"ranks", facts.ranks},
        {"threads_per_rank", facts.threads},
        {"ranks_on_host", ranks_on_host},
        {"attempts", facts.attempts},
        {"chunks", {{"computed", facts.tally.chunks_computed}, {"from_journal", facts.tally.chunks_from_journal}}},
        {"share_idle", facts.tally.idle_share()},
        {"share_journalling", facts.tally.journal_share()}};
    if (facts.estimation) {
        text["estimation"] = {{"seconds_simulating", facts.estimation->seconds_simulating},
                              {"seconds_estimating", facts.estimation->seconds_estimating},
                              {"accumulator_bytes_per_rank", facts.estimation->accumulator_bytes}};
    }
    engine::replace_file(side_path(result), text.dump(2) + '\n');
}

std::string recorded_sha256(const std::filesystem::path& result) {
    std::ifstream file(side_path(result));
    const auto text = nlohmann::json::parse(file, nullptr, false);
    return text.is_object() ? text.value("result_sha256", "") : "";
}

}  // namespace kohort::io
