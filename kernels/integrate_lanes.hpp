// Integrates twins from a queue on one thread: memory once, then the loop.
#pragma once

#include "kernels/fixed_loop.hpp"
#include "kernels/lane_loop.hpp"

#include <cstring>
#include <memory>
#include <new>

namespace kohort::kernels {

/// Takes twins of batch from queue until it is empty. Any number of threads may do so on one queue.
template <class Model, int W>
void integrate_lanes(const Model& model, const Batch& batch, const IntegrateOptions& options, WorkQueue& queue) noexcept {
    using V = Value<W>;
    static_assert(IntegrableModel<Model, V> && IntegrableModel<Model, double>);
    static_assert(FiresTogether<Model> || FiresInTurn<Model>);
    constexpr std::align_val_t alignment{64};
    const auto release = [](char* memory) { ::operator delete[](memory, std::align_val_t{64}); };

    const Timetable timetable = make_timetable(batch, options.to_steady_state, options.step > 0.0);
    const TimetableView view = view_of(timetable);
    if constexpr (FitsRegisters<Model> && !StagesInFloats<Model>) {
        if (FixedLoop<Model, W>::suits(batch, options, view)) {
            FixedLoop<Model, W>(model, batch, options, view, queue).run();
            return;
        }
    }
    WorkspaceOf<Model, V> workspace;
    const std::size_t bytes = workspace.lay_out(model.sizes(), batch.n_features, nullptr);
    const std::unique_ptr<char[], decltype(release)> memory(static_cast<char*>(::operator new[](bytes, alignment)), release);
    std::memset(memory.get(), 0xff, bytes);  // NaN: what is read before it is written shows
    workspace.lay_out(model.sizes(), batch.n_features, memory.get());
    LaneLoop<Model, W>(model, batch, options, view, workspace, queue).run();
}

}  // namespace kohort::kernels
