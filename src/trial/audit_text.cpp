#include "trial/audit_text.hpp"

#include "base/plural.hpp"
#include "base/text_table.hpp"

#include <algorithm>

namespace kohort::trial {

std::string words_of(const engine::AuditFinding& finding, std::span<const Column> columns, std::span<const std::string> arms) {
    if (finding.twin < 0) return "none";
    const auto column = std::ranges::find(columns, finding.feature, &Column::feature);
    const auto value = [&](double of_model) {
        return column == columns.end() ? known_to(of_model, finding.absolute)
                                       : known_to(column->convert(of_model - column->origin), finding.absolute) +
                                             (column->unit.empty() ? "" : " " + column->unit);
    };
    const std::string name = column == columns.end() ? "a measurement" : column->name();
    return name + " of twin " + std::to_string(finding.twin) + " in arm " +
           arms[static_cast<std::size_t>(finding.arm)] + ", " + value(finding.mixed) + " against " +
           value(finding.in_double) + " in double: " + known_to(finding.units, 0.01 * finding.units) +
           " tolerances, where double itself, at a tenth of them, changes by up to " +
           known_to(finding.own_units, 0.01 * finding.own_units);
}

std::string audit_text(const engine::Audit& audit, std::span<const Column> columns, std::span<const std::string> arms) {
    const std::string compared = std::to_string(audit.values) + " values of " + counted(audit.twins, "twin") +
                                 " in mixed precision and in double";
    if (audit.passed())
        return "Audit: " + compared + " differ by " + known_to(audit.median_units, 0.01 * audit.median_units) +
               " tolerances in the middle, at most: " + words_of(audit.largest, columns, arms) + ".\n\n";
    std::string text = "MIXED PRECISION FAILED ITS AUDIT: of " + compared + ", " + std::to_string(audit.beyond) +
                       " differ by more than the tolerance allows";
    if (audit.unlike > 0) text += ", and " + std::to_string(audit.unlike) + " are there in one of both only";
    text += ".\n";
    if (audit.beyond > 0) text += "  Worst: " + words_of(audit.worst, columns, arms) + ".\n";
    return text + "  Do not use these results: run the study with precision: double.\n\n";
}

}  // namespace kohort::trial
