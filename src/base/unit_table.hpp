// The units of UDUNITS-2 and ours. UDUNITS keeps hidden state and is not thread-safe: one system for the process, behind one lock.
#pragma once

#include "base/unit_size.hpp"
#include "base/units.hpp"

#include <udunits2.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kohort {

class UnitTable {
public:
    [[nodiscard]] static UnitTable& of_process() {
        static UnitTable table;
        return table;
    }

    /// The reason why unit is not one, or nothing.
    [[nodiscard]] std::optional<std::string> complaint(const std::string& unit) {
        const std::scoped_lock lock(mutex_);
        return find(unit).complaint;
    }

    /// What a unit is made of; nothing if it is none, or has a logarithm.
    [[nodiscard]] std::optional<UnitSize> size(const std::string& unit);

    /// The conversion, or nothing where there is none. Both must be units.
    [[nodiscard]] std::optional<UnitConverter> converter(const std::string& from, const std::string& to) {
        const std::scoped_lock lock(mutex_);
        auto [entry, is_new] = converters_.try_emplace({from, to});
        if (is_new) entry->second = make_converter(from, to);
        return entry->second;
    }

private:
    struct UnitDeleter {
        void operator()(ut_unit* unit) const { ut_free(unit); }
        void operator()(ut_system* system) const { ut_free_system(system); }
        void operator()(cv_converter* converter) const { cv_free(converter); }
    };
    using Unit = std::unique_ptr<ut_unit, UnitDeleter>;
    using System = std::unique_ptr<ut_system, UnitDeleter>;
    struct Known {
        Unit unit;
        std::optional<std::string> complaint;
    };

    UnitTable();
    void map(const ut_unit* unit, const std::vector<const char*>& names, const std::vector<const char*>& symbols);
    const Known& find(const std::string& unit);
    std::optional<UnitConverter> make_converter(const std::string& from, const std::string& to);

    std::mutex mutex_;
    System system_;
    std::map<std::string, Known> units_;
    std::map<std::pair<std::string, std::string>, std::optional<UnitConverter>> converters_;
};

}  // namespace kohort
