// The numeric keys of a distribution, each read with the unit it must have.
#pragma once

#include "cohort/description.hpp"

#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace kohort::cohort {

class Keys {
public:
    /// unit is that of the attribute, for keys that have it.
    Keys(const Distribution& distribution, std::string unit) : distribution_(distribution), unit_(std::move(unit)) {}

    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
    /// A value of the attribute [unit].
    [[nodiscard]] double level(std::string_view key) const;
    [[nodiscard]] std::optional<double> optional_level(std::string_view key) const;
    /// A spread of the attribute [unit], not negative; degrees are degrees of difference.
    [[nodiscard]] double spread(std::string_view key) const;
    /// A number without dimension, such as cv; percent is one.
    [[nodiscard]] double number(std::string_view key) const;
    /// The same, not negative.
    [[nodiscard]] double ratio(std::string_view key) const;
    /// The same, greater than zero.
    [[nodiscard]] double positive(std::string_view key) const;

    /// Which one of the keys is given; exactly one must be.
    [[nodiscard]] std::string_view one_of(std::initializer_list<std::string_view> keys) const;

    /// Throws for degC and the like, where `what`, given by this key, would depend on where zero lies.
    void require_absolute(std::string_view key, const std::string& what) const;

    /// Throws for a key that nothing has asked for: it would have no effect.
    void refuse_unread() const;

    [[nodiscard]] const std::string& unit() const { return unit_; }
    [[noreturn]] void refuse(std::string_view key, const std::string& problem, const std::string& remedy = {}) const;

private:
    [[nodiscard]] const Quantity* find(std::string_view key) const;
    [[nodiscard]] const Quantity& required(std::string_view key) const;

    const Distribution& distribution_;
    std::string unit_;
    mutable std::set<std::string, std::less<>> read_;
};

}  // namespace kohort::cohort
