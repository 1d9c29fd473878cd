#include "compiled_again.hpp"

#include "compiled_models.hpp"
#include "kernels/integrate_lanes.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

namespace kohort::conformance {

namespace {

constexpr std::size_t operations_in_a_file = 20'000;  // what a compiler takes without swapping

/// What OneTwin::run does, of compiled code on all lanes.
std::vector<double> run(const InterpretedTwin& twin, const ErasedModel& model) {
    std::vector<double> observation(twin.observation.size());
    TwinStatus status = TwinStatus::not_run;
    kernels::Batch batch;
    batch.n_twins = 1;
    batch.t_begin = twin.options.t_begin;
    batch.t_end = twin.options.times.back();
    batch.parameter = twin.parameters.data();
    batch.input = twin.inputs.data();
    batch.n_times = static_cast<std::int32_t>(twin.options.times.size());
    batch.time = twin.options.times.data();
    batch.observation = observation.data();
    batch.status = &status;
    kernels::WorkQueue queue;
    kernels::integrate_lanes<ErasedModel, erased_lanes>(model, batch,
                                                        {.method = kernels::Method::rodas5p,
                                                         .rtol = twin.options.rtol,
                                                         .state_atol = twin.absolute.data(),
                                                         .max_steps = twin.options.max_steps},
                                                        queue);
    if (status != TwinStatus::ok) observation.clear();
    return observation;
}

bool have_the_same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return std::ranges::equal(
        a, b, {}, [](double value) { return std::bit_cast<std::uint64_t>(value); },
        [](double value) { return std::bit_cast<std::uint64_t>(value); });
}

}  // namespace

void CompiledAgain::take(InterpretedTwin twin) {
    const std::size_t operations = twin.program.model.graph.size();
    if (waiting_operations_ + operations > operations_in_a_file) finish();
    waiting_operations_ += operations;
    waiting_.push_back(std::move(twin));
}

void CompiledAgain::finish() {
    if (waiting_.empty()) return;
    std::vector<codegen::Program> programs;
    for (const InterpretedTwin& twin : waiting_) programs.push_back(twin.program);
    const CompiledModels models(programs);
    for (std::size_t place = 0; place < waiting_.size(); ++place) {
        if (have_the_same_bits(run(waiting_[place], models[place]), waiting_[place].observation)) {
            ++n_same_;
        } else {
            different_.push_back(waiting_[place].name);
        }
    }
    waiting_.clear();
    waiting_operations_ = 0;
}

}  // namespace kohort::conformance
