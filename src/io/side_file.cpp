#include "io/side_file.hpp"

#include "base/version.hpp"
#include "engine/disk_file.hpp"
#include "io/persons_file.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <ctime>
#include <fstream>
#include <map>

namespace kohort::io {
namespace {

std::string this_host() {
    std::array<char, MPI_MAX_PROCESSOR_NAME> name{};
    int length = 0;
    MPI_Get_processor_name(name.data(), &length);
    return name.data();
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

std::vector<std::string> hosts_of(MPI_Comm communicator) {
    constexpr int width = MPI_MAX_PROCESSOR_NAME;
    int size = 0;
    MPI_Comm_size(communicator, &size);
    std::string mine = this_host();
    mine.resize(width);
    std::vector<char> all(static_cast<std::size_t>(size) * width);
    MPI_Allgather(mine.data(), width, MPI_CHAR, all.data(), width, MPI_CHAR, communicator);
    std::vector<std::string> hosts;
    for (int rank = 0; rank < size; ++rank) hosts.emplace_back(all.data() + static_cast<std::size_t>(rank) * width);
    return hosts;
}

void write_side_file(const std::filesystem::path& result, const RunFacts& facts) {
    std::map<std::string, int> ranks_on_host;
    for (const std::string& host : facts.hosts) ++ranks_on_host[host];
    if (facts.hosts.empty()) ranks_on_host[this_host()] = facts.ranks;
    const nlohmann::ordered_json text{
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
    engine::replace_file(side_path(result), text.dump(2) + '\n');
}

std::string recorded_sha256(const std::filesystem::path& result) {
    std::ifstream file(side_path(result));
    const auto text = nlohmann::json::parse(file, nullptr, false);
    return text.is_object() ? text.value("result_sha256", "") : "";
}

}  // namespace kohort::io
