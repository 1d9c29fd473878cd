#include "model/sund.hpp"

#include "base/text.hpp"
#include "model/annotation.hpp"
#include "model/reduce_algebra.hpp"
#include "model/sund_context.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

namespace kohort::model {

namespace {

bool is_model_name(std::string_view text) {
    const auto is_word = [](unsigned char letter) {
        return letter < 0x80 && (letter == '_' || std::isalnum(letter) != 0);
    };
    return std::all_of(text.begin(), text.end(), is_word) && std::isalpha(static_cast<unsigned char>(text.front())) != 0;
}

void read_name(SundContext& sund) {
    const std::string& name = sund.text.model_name;
    if (name.empty()) throw InputError({sund.file, 0, 0}, "the section NAME is empty", "give the model a name");
    if (!is_model_name(name)) {
        throw InputError(sund.text.name_place, "`" + name + "` is not a name for a model",
                         "use letters a to z, digits and _, beginning with a letter");
    }
    sund.model.name = name;
}

std::string unquoted(std::string_view text) {
    text = trim(text);
    const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
    return std::string(quoted ? trim(text.substr(1, text.size() - 2)) : text);
}

// Only the time unit matters; other entries are for people.
void read_metadata(SundContext& sund) {
    const Declaration* found = nullptr;
    for (const Declaration& entry : sund.text[Section::metadata]) {
        std::string key = entry.name;
        for (char& letter : key) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        if (key != "time_unit" && key != "timeunit") continue;
        if (found != nullptr) throw InputError(entry.name_place, "the time unit is given twice", "keep one");
        if (entry.name != "time_unit")
            sund.remark(entry.name_place, "`" + entry.name + "` is an old spelling of time_unit");
        found = &entry;
    }
    if (found == nullptr) {
        throw InputError({sund.file, 0, 0}, "METADATA does not say the time unit",
                         "add `time_unit = m` (ns, us, ms, s, m for minute, h, d or y)");
    }
    const std::string written = unquoted(found->body);
    const auto unit = find_time_unit(written);
    if (!unit) {
        throw InputError(found->body_place, "`" + written + "` is not a time unit",
                         "write ns, us, ms, s, m (minute), h, d or y");
    }
    sund.model.time_unit = unit->name;
    sund.model.seconds_per_time_unit = unit->seconds;
}

void read_macros(SundContext& sund) {
    for (const Declaration& line : sund.text[Section::macros]) {
        if (!is_name(line.name)) {
            throw InputError(line.name_place, "`" + line.name + "` is not a name for a macro",
                             "a macro has no arguments; use FUNCTIONS for that");
        }
        sund.symbols.declare(line.name, "macro", line.name_place);
        sund.symbols.macros().define(line.name, sund.body(line));
    }
}

void observe(SundContext& sund, const Declaration& line, NodeId value, Observable::Kind kind, Annotation note) {
    sund.model.observables.push_back(
        {.name = line.name, .value = value, .kind = kind, .note = std::move(note), .place = line.name_place});
}

void read_outputs(SundContext& sund) {
    std::map<std::string, std::size_t> first;
    for (const Declaration& line : sund.text[Section::outputs]) {
        if (!is_name(line.name))
            throw InputError(line.name_place, "`" + line.name + "` is not a name for an output",
                             "use letters a to z, digits and _, beginning with a letter");
        const NodeId value = sund.expression(line);
        const auto [known, added] = first.emplace(line.name, sund.model.observables.size());
        if (added) {
            observe(sund, line, value, Observable::Kind::output, read_annotation(line.comment));
        } else {
            const Observable& other = sund.model.observables[known->second];
            sund.repeated(line, other.place, other.value == value);
        }
    }
}

// Takes `[unit]` off the end of a feature's body; "1" if there is none.
std::string cut_unit(Declaration& line) {
    if (!line.body.ends_with(']')) return "1";
    const std::size_t open = line.body.rfind('[');
    if (open == std::string_view::npos) {
        throw InputError(line.body_place, "the unit of feature `" + line.name + "` is not opened with [",
                         "write it as [mg/L]");
    }
    std::string unit = unit_in_brackets(line.body.substr(open + 1, line.body.size() - open - 2));
    if (unit.empty()) {
        throw InputError(line.body_place, "the unit of feature `" + line.name + "` is empty",
                         "write [1] where it has none");
    }
    line.body = trim(line.body.substr(0, open));
    return unit;
}

void read_features(SundContext& sund) {
    std::map<std::string, std::size_t> first;
    for (Declaration line : sund.text[Section::features]) {
        Annotation note{.unit = cut_unit(line), .meaning = read_annotation(line.comment).meaning};
        const NodeId value = sund.expression(line);
        const auto [known, added] = first.emplace(line.name, sund.model.observables.size());
        if (added) {
            observe(sund, line, value, Observable::Kind::feature, std::move(note));
        } else {
            const Observable& other = sund.model.observables[known->second];
            sund.repeated(line, other.place, other.value == value && other.note.unit == note.unit);
        }
    }
}

}  // namespace

void read_parameters(SundContext& sund) {
    std::map<std::string, std::uint32_t> index;
    std::vector<Parameter>& parameters = sund.model.parameters;
    for (const Declaration& line : sund.text[Section::parameters]) {
        const double value = sund.number(sund.body(line), "the value of parameter `" + line.name + "`");
        const auto [known, added] = index.emplace(line.name, static_cast<std::uint32_t>(parameters.size()));
        if (!added) {
            sund.repeated(line, parameters[known->second].place, parameters[known->second].value == value);
            continue;
        }
        sund.symbols.declare(line.name, "parameter", line.name_place);
        sund.symbols.define(line.name, sund.model.graph.leaf(Op::parameter, known->second));
        parameters.push_back(
            {.name = line.name, .value = value, .note = read_annotation(line.comment), .place = line.name_place});
    }
}

void read_functions(SundContext& sund) {
    for (const Declaration& line : sund.text[Section::functions]) {
        const std::vector<Token> signature = tokenise(line.name, line.name_place);
        sund.symbols.declare(std::string(signature.front().text), "function", line.name_place);
        sund.symbols.define_function(signature, sund.body(line));
    }
}

void read_variables(SundContext& sund) {
    std::map<std::string, std::size_t> first;  // place among the observables
    for (const Declaration& line : sund.text[Section::variables]) sund.symbols.announce(line.name, line.name_place);
    for (const Declaration& line : sund.text[Section::variables]) {
        const NodeId value = sund.expression(line);
        const auto [known, added] = first.emplace(line.name, sund.model.observables.size());
        if (!added) {
            const Observable& variable = sund.model.observables[known->second];
            sund.repeated(line, variable.place, variable.value == value);
            continue;
        }
        sund.symbols.declare(line.name, "variable", line.name_place);
        sund.symbols.define(line.name, value);
        observe(sund, line, value, Observable::Kind::variable, read_annotation(line.comment));
    }
}

// The order is that of dependence, whatever the order of the sections.
Model read_sund(std::string_view text, const std::string& file) {
    SundContext sund(cut_sund(text, file), file);
    read_name(sund);
    read_metadata(sund);
    read_macros(sund);
    read_parameters(sund);
    name_states(sund);
    read_inputs(sund);
    read_functions(sund);
    read_variables(sund);
    read_rates(sund);
    read_initial_values(sund);
    read_events(sund);
    read_outputs(sund);
    read_features(sund);
    if (!sund.equations.empty()) reduce_algebra(sund.model, sund.equations);
    sund.model.sources = {file};
    return std::move(sund.model);
}

}  // namespace kohort::model
