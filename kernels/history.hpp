// The past of one twin, for models that look back (delay differential equations): every accepted step with its dense output,
// of the states that are looked at. Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, 2nd ed., 1993,
// section II.17. On the host only, and only where a model looks back.
#pragma once

#include "base/lookup.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace kohort::kernels {

inline constexpr std::size_t most_kept_numbers = 1 << 21;  // of one twin: 16 MB, 262,144 steps of one state

class History {
public:
    /// A new twin, of which `columns` states are kept.
    void begin(int columns) {
        columns_ = static_cast<std::size_t>(columns);
        first_ = 0;
        numbers_.clear();
        breaks_.clear();
    }

    /// A step from t to t_new of a method that took h; then column after column: y, y_new and three dense terms.
    void push(double t, double h, double t_new) { numbers_.insert(numbers_.end(), {t, h, t_new}); }
    void push_column(double y, double y_new, double d0, double d1, double d2) {
        numbers_.insert(numbers_.end(), {y, y_new, d0, d1, d2});
    }
    /// The last step went only as far as this.
    void cut(double t_new) { numbers_[(size() - 1) * width() + 2] = t_new; }

    /// Steps that ended before this will not be looked at again.
    void drop_before(double time) {
        while (first_ + 1 < size() && at(first_, 2) < time) ++first_;
        if (2 * first_ < size()) return;
        numbers_.erase(numbers_.begin(), numbers_.begin() + static_cast<std::ptrdiff_t>(first_ * width()));
        first_ = 0;
    }

    /// The state, or its rate, at a time after the beginning; where it jumped, after the jump. A time beyond the last step
    /// is answered by that step's polynomial.
    [[nodiscard]] double value(std::size_t column, double time, bool is_rate) const {
        const std::size_t record = find(time);
        const double h = at(record, 1);
        const double s = (time - at(record, 0)) / h;
        const double* const c = &numbers_[record * width() + 3 + 5 * column];
        const double inner = c[2] + s * (c[3] + s * c[4]);
        const double change = c[1] - c[0];
        const double rest = 1.0 - s;
        if (!is_rate) return c[0] + s * (change + rest * inner);
        const double slope = c[3] + 2.0 * s * c[4];
        return (change + rest * inner + s * (rest * slope - inner)) / h;
    }

    [[nodiscard]] bool is_empty() const { return size() == 0; }
    /// No room for more: delays reach back over too many steps.
    [[nodiscard]] bool is_full() const { return (size() - first_) * width() >= most_kept_numbers; }

    /// What happened at one time shows again at this one: a step should end there.
    void add_break(double time) {
        if (std::isfinite(time)) breaks_.insert(std::ranges::lower_bound(breaks_, time), time);
    }
    [[nodiscard]] double next_break(double time) {
        breaks_.erase(breaks_.begin(), std::ranges::upper_bound(breaks_, time));
        return breaks_.empty() ? std::numeric_limits<double>::infinity() : breaks_.front();
    }

private:
    [[nodiscard]] std::size_t width() const { return 3 + 5 * columns_; }
    [[nodiscard]] std::size_t size() const { return numbers_.size() / width(); }
    [[nodiscard]] double at(std::size_t record, std::size_t place) const { return numbers_[record * width() + place]; }

    /// The last step that begins at or before the time.
    [[nodiscard]] std::size_t find(double time) const {
        std::size_t low = first_;
        std::size_t high = size();
        while (high - low > 1) {
            const std::size_t middle = low + (high - low) / 2;
            (at(middle, 0) <= time ? low : high) = middle;
        }
        return low;
    }

    std::size_t columns_ = 0;
    std::size_t first_ = 0;        // the first record that is still looked at
    std::vector<double> numbers_;  // (records, 3 + 5 columns)
    std::vector<double> breaks_;   // [model time] ascending
};

}  // namespace kohort::kernels
