// What a study found, as arrays over cells with names: whoever writes files or reports need not know the method.
#pragma once

#include <string>
#include <vector>

namespace kohort::uncertainty {

/// A dimension before the cells: groups of inputs, probabilities, thresholds.
struct Axis {
    std::string name;                 // "parameter"
    std::vector<std::string> labels;  // or
    std::vector<double> values;
    std::string unit;
    [[nodiscard]] std::size_t size() const { return labels.empty() ? values.size() : labels.size(); }
};

enum class FieldUnit { of_cell, of_cell_squared, none };

struct Field {
    std::string topic;       // group of the result file: "sobol"
    std::string name;        // "total"
    std::string meaning;     // a line
    std::vector<Axis> axes;  // slowest first; then the cells
    FieldUnit unit = FieldUnit::none;
    bool whole = false;          // whole numbers
    std::vector<double> values;  // (axes..., cells) NaN where there is none
};

/// A column of the report's tables: an estimate and its interval, all fields of the findings' main topic over `parameter`.
struct ReportColumn {
    std::string title;
    std::string value;
    std::string low;  // empty: no interval
    std::string high;
};

struct Findings {
    std::vector<Field> fields;
    std::string topic;                  // of the report's tables; empty: moments only
    std::vector<ReportColumn> columns;  // the first one ranks
    std::vector<std::string> notes;     // sentences for a reader of the results
};

[[nodiscard]] inline const Field* find_field(const Findings& findings, const std::string& topic, const std::string& name) {
    for (const Field& field : findings.fields) {
        if (field.topic == topic && field.name == name) return &field;
    }
    return nullptr;
}

}  // namespace kohort::uncertainty
