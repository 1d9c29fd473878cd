// Events as a judge makes them happen, written from the formats' own rules and not from the kernels.
#pragma once

#include "judged_twin.hpp"

#include <vector>

namespace kohort::conformance {

class JudgedEvents {
public:
    JudgedEvents(JudgedTwin& twin, double* y);

    /// What fires at the start. Returns whether something was assigned, as do the others.
    bool start(double t);
    /// What is due or true at t itself, such as an equality.
    bool happen_at(double t);
    /// What has risen when t is over, because a root may lie on t, where a strict relation does not hold yet.
    bool happen_after(double t);
    /// When the next one that waits is due; infinity for none.
    [[nodiscard]] double next() const;

private:
    struct Waiting {
        std::size_t event = 0;
        double due = 0.0;            // [model time]
        std::vector<double> values;  // of the time at which the condition rose, or empty
    };

    [[nodiscard]] const model::Event& event(std::size_t index) const { return twin_.program().model.events[index]; }
    [[nodiscard]] std::vector<double> conditions(double t, bool after);
    bool happen(double t, bool after);
    void note_changes(double t, const std::vector<double>& now);
    [[nodiscard]] std::vector<Waiting> take_due(double t);
    [[nodiscard]] double priority(const Waiting& waiting, double t) const;
    [[nodiscard]] std::vector<double> values_of(std::size_t index, double t, const std::vector<double>& y) const;
    void assign(const std::vector<Waiting>& happening, double t);

    JudgedTwin& twin_;
    double* y_;
    std::vector<double> conditions_;  // (n_events) truth so far
    std::vector<Waiting> waiting_;
};

}  // namespace kohort::conformance
