#include "engine/agree.hpp"

#include "engine/stop.hpp"

namespace kohort::engine {
namespace {

struct Failure {
    std::string kind;  // "user", "stop" or "machine"
    Place place;
    std::string problem;
    std::string remedy;
};

Failure describe(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const InputError& error) {
        return {"user", error.place(), error.problem(), error.remedy()};
    } catch (const Interrupted& stop) {
        return {"stop", {}, stop.what(), {}};
    } catch (const std::exception& error) {
        return {"machine", {}, error.what(), {}};
    }
}

}  // namespace

void agree_on_failure(Communicator& communicator, const std::exception_ptr& mine) {
    const int n_ranks = communicator.size();
    const auto place_in_line = static_cast<std::int64_t>(mine ? n_ranks - communicator.rank() : 0);
    const std::int64_t first = communicator.max(place_in_line);
    if (first == 0) return;
    const int root = n_ranks - static_cast<int>(first);
    Failure failure;
    if (communicator.rank() == root) failure = describe(mine);
    failure.kind = communicator.broadcast(failure.kind, root);
    failure.place.file = communicator.broadcast(failure.place.file, root);
    failure.place.line = std::stoi(communicator.broadcast(std::to_string(failure.place.line), root));
    failure.place.column = std::stoi(communicator.broadcast(std::to_string(failure.place.column), root));
    failure.problem = communicator.broadcast(failure.problem, root);
    failure.remedy = communicator.broadcast(failure.remedy, root);
    if (failure.kind == "user") throw InputError(failure.place, failure.problem, failure.remedy);
    if (failure.kind == "stop") throw Interrupted(failure.problem);
    throw DiskError(failure.problem);
}

}  // namespace kohort::engine
