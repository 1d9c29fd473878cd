#include "model/sund.hpp"

#include "base/text.hpp"
#include "model/annotation.hpp"
#include "model/evaluate.hpp"
#include "model/functions.hpp"
#include "model/sund_symbols.hpp"
#include "model/sund_text.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <utility>

namespace kohort::model {

namespace {

std::string without_blanks(std::string_view text) {
    std::string compact;
    std::copy_if(text.begin(), text.end(), std::back_inserter(compact), [](char letter) { return letter != ' ' && letter != '\t'; });
    return compact;
}

std::string unquoted(std::string_view text) {
    text = trim(text);
    const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
    return std::string(quoted ? trim(text.substr(1, text.size() - 2)) : text);
}

// What a line of STATES gives: d/dt(X) and ddt_X the rate of X, X(0) its initial value.
struct StateLine {
    enum class Gives { rate, initial, initial_rate } gives;
    std::string state;
};

std::optional<StateLine> read_state_line(const std::string& written) {
    const std::string name = without_blanks(written);
    const std::string_view view = name;
    if (view.starts_with("d/dt(") && view.ends_with(")")) return StateLine{StateLine::Gives::rate, name.substr(5, name.size() - 6)};
    const bool derivative = view.starts_with("ddt_");
    const std::size_t skipped = derivative ? 4 : 0;
    if (view.ends_with("(0)")) {
        return StateLine{derivative ? StateLine::Gives::initial_rate : StateLine::Gives::initial, name.substr(skipped, name.size() - skipped - 3)};
    }
    if (derivative) return StateLine{StateLine::Gives::rate, name.substr(skipped)};
    return std::nullopt;
}

// Parts between commas outside brackets, each with an end.
std::vector<std::vector<Token>> split_at_commas(const std::vector<Token>& tokens) {
    std::vector<std::vector<Token>> parts(1);
    int depth = 0;
    for (const Token& token : tokens) {
        const bool sign = token.kind == Token::Kind::sign;
        if (sign && token.text == "(") ++depth;
        if (sign && token.text == ")") --depth;
        if (token.kind != Token::Kind::end && !(sign && token.text == "," && depth == 0)) {
            parts.back().push_back(token);
            continue;
        }
        parts.back().push_back({.kind = Token::Kind::end, .text = {}, .value = 0.0, .line = token.line, .column = token.column});
        if (token.kind != Token::Kind::end) parts.emplace_back();
    }
    return parts;
}

class SundReader {
public:
    SundReader(std::string_view text, const std::string& file) : text_(cut_sund(text, file)), file_(file), symbols_(model_, file) {}

    // The order is that of dependence, whatever the order of the sections.
    Model read() {
        read_name();
        read_metadata();
        read_macros();
        read_parameters();
        name_states();
        read_inputs();
        read_functions();
        read_variables();
        read_rates();
        read_initial_values();
        read_events();
        read_outputs();
        read_features();
        model_.sources = {file_};
        return std::move(model_);
    }

private:
    [[noreturn]] static void refuse(const Place& place, std::string problem, std::string remedy = {}) {
        throw InputError(place, std::move(problem), std::move(remedy));
    }

    void remark(const Place& place, const std::string& what) { model_.remarks.push_back(to_string(place) + ": " + what); }

    [[nodiscard]] std::vector<Token> body_tokens(const Declaration& declaration) const {
        if (declaration.body.empty()) refuse(declaration.body_place, "`" + declaration.name + " =` has nothing on its right side");
        return tokenise(declaration.body, declaration.body_place);
    }

    NodeId expression(const Declaration& declaration) { return symbols_.parse(body_tokens(declaration)); }

    // A repetition that changes nothing is passed over with a remark; another value is an error.
    void repeated(const Declaration& declaration, const Place& first, bool same_value) {
        const std::string again = "`" + declaration.name + "` was already declared on line " + std::to_string(first.line);
        if (!same_value) refuse(declaration.name_place, again + ", with another value", "remove one of the two, or rename it");
        remark(declaration.name_place, again + ", with the same value; this line changes nothing");
    }

    void read_name() {
        const bool plain = !text_.model_name.empty() && std::isalpha(static_cast<unsigned char>(text_.model_name.front())) != 0 &&
                           std::all_of(text_.model_name.begin(), text_.model_name.end(), [](unsigned char letter) { return letter == '_' || (letter < 0x80 && std::isalnum(letter) != 0); });
        if (text_.model_name.empty()) refuse({file_, 0, 0}, "the section NAME is empty", "give the model a name");
        if (!plain) refuse(text_.name_place, "`" + text_.model_name + "` is not a name for a model", "use letters a to z, digits and _, beginning with a letter");
        model_.name = text_.model_name;
    }

    void read_metadata() {
        const Declaration* found = nullptr;
        for (const Declaration& entry : text_[Section::metadata]) {
            std::string key = entry.name;
            for (char& letter : key) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
            if (key != "time_unit" && key != "timeunit") continue;
            if (found != nullptr) refuse(entry.name_place, "the time unit is given twice");
            if (entry.name != "time_unit") remark(entry.name_place, "`" + entry.name + "` is an old spelling of time_unit");
            found = &entry;
        }
        if (found == nullptr) refuse({file_, 0, 0}, "METADATA does not say the time unit", "add `time_unit = m` (ns, us, ms, s, m for minute, h, d or y)");
        const std::string written = unquoted(found->body);
        const auto unit = find_time_unit(written);
        if (!unit) refuse(found->body_place, "`" + written + "` is not a time unit", "write ns, us, ms, s, m (minute), h, d or y");
        model_.time_unit = unit->name;
        model_.seconds_per_time_unit = unit->seconds;
    }

    void read_macros() {
        for (const Declaration& macro : text_[Section::macros]) {
            if (!is_name(macro.name)) refuse(macro.name_place, "`" + macro.name + "` is not a name for a macro", "a macro has no arguments; use FUNCTIONS for that");
            symbols_.declare(macro.name, "macro", macro.name_place);
            symbols_.macros().define(macro.name, body_tokens(macro));
        }
    }

    [[nodiscard]] double number(std::span<const Token> tokens, const std::string& of_what) const {
        std::size_t position = 0;
        double sign = 1.0;
        while (tokens[position].kind == Token::Kind::sign && (tokens[position].text == "-" || tokens[position].text == "+")) {
            if (tokens[position++].text == "-") sign = -sign;
        }
        const bool plain = tokens[position].kind == Token::Kind::number && tokens[position + 1].kind == Token::Kind::end;
        if (!plain) refuse({file_, tokens[0].line, tokens[0].column}, of_what + " must be a number", "write expressions in VARIABLES");
        return sign * tokens[position].value;
    }

    void read_parameters() {
        std::map<std::string, Place> first;
        for (const Declaration& line : text_[Section::parameters]) {
            const double value = number(body_tokens(line), "the value of parameter `" + line.name + "`");
            if (const auto before = first.find(line.name); before != first.end()) {
                const auto same = std::find_if(model_.parameters.begin(), model_.parameters.end(), [&](const Parameter& p) { return p.name == line.name; });
                repeated(line, before->second, same->value == value);
                continue;
            }
            first.emplace(line.name, line.name_place);
            symbols_.declare(line.name, "parameter", line.name_place);
            symbols_.define(line.name, model_.graph.leaf(Op::parameter, static_cast<std::uint32_t>(model_.parameters.size())));
            model_.parameters.push_back({.name = line.name, .value = value, .note = read_annotation(line.comment), .place = line.name_place});
        }
    }

    // Where the lines of STATES belong to; the states in the order of their rates.
    struct StateLines {
        const Declaration* rate = nullptr;
        const Declaration* initial = nullptr;
    };

    void name_states() {
        for (const Declaration& line : text_[Section::states]) {
            const std::optional<StateLine> meaning = read_state_line(line.name);
            if (without_blanks(line.name) == "0") {
                refuse(line.name_place, "algebraic equations (`0 = expression`) are not solved yet: only ordinary differential equations are",
                       "solve the equation for its unknown and write that as a variable");
            }
            if (!meaning) refuse(line.name_place, "`" + line.name + "` is neither a rate nor an initial value", "write `d/dt(X) = expression` and `X(0) = expression`");
            if (!is_name(meaning->state)) refuse(line.name_place, "`" + meaning->state + "` is not a name for a state");
            if (meaning->gives != StateLine::Gives::rate) continue;
            StateLines& lines = state_lines_[meaning->state];
            if (lines.rate != nullptr) {
                if (lines.rate->body != line.body) repeated(line, lines.rate->name_place, false);
                repeated(line, lines.rate->name_place, true);
                continue;
            }
            lines.rate = &line;
            symbols_.declare(meaning->state, "state", line.name_place);
            symbols_.define(meaning->state, model_.graph.leaf(Op::state, static_cast<std::uint32_t>(model_.states.size())));
            model_.states.push_back({.name = meaning->state, .rate = {}, .initial = {}, .note = read_annotation(line.comment), .place = line.name_place});
        }
    }

    void read_inputs() {
        for (const Declaration& line : text_[Section::inputs]) {
            symbols_.declare(line.name, "input", line.name_place);
            std::vector<Token> tokens = body_tokens(line);
            const auto is_at = [](const Token& token) { return token.kind == Token::Kind::sign && token.text == "@"; };
            const auto at = std::find_if(tokens.begin(), tokens.end(), is_at);
            std::optional<double> default_value;
            if (at != tokens.end()) {
                default_value = number(std::span(tokens).subspan(static_cast<std::size_t>(at - tokens.begin()) + 1), "the default of input `" + line.name + "`");
                *at = {.kind = Token::Kind::end, .text = {}, .value = 0.0, .line = at->line, .column = at->column};
                tokens.erase(at + 1, tokens.end());
            }
            read_input(line, std::move(tokens), default_value);
        }
    }

    void read_input(const Declaration& line, std::vector<Token> tokens, std::optional<double> default_value) {
        const std::string outside = outside_name(line, tokens);
        const std::uint32_t index = input_index(line, outside, default_value);
        const NodeId leaf = model_.graph.leaf(Op::input, index);
        const NodeId value = symbols_.parse_input(tokens, leaf);
        if (value != leaf && default_value) refuse_unclear_default(line, value, leaf, *default_value);
        symbols_.define(line.name, value);
        if (value != leaf || outside != line.name) {
            model_.observables.push_back({.name = line.name, .value = value, .kind = Observable::Kind::variable, .note = read_annotation(line.comment), .place = line.name_place});
        }
    }

    // The one name in the expression, with `container:` in front if it is there. Leaves a single name in tokens.
    [[nodiscard]] std::string outside_name(const Declaration& line, std::vector<Token>& tokens) const {
        std::string outside;
        const bool conditional = std::any_of(tokens.begin(), tokens.end(), [](const Token& token) { return token.text == "?"; });
        for (std::size_t position = 0; position + 1 < tokens.size(); ++position) {
            if (tokens[position].kind != Token::Kind::name || tokens[position + 1].text == "(") continue;
            std::string name(tokens[position].text);
            if (!conditional && tokens[position + 1].text == ":" && tokens[position + 2].kind == Token::Kind::name) {
                name += ":" + std::string(tokens[position + 2].text);
                tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(position), tokens.begin() + static_cast<std::ptrdiff_t>(position) + 2);
            }
            if (!outside.empty() && outside != name) {
                refuse({file_, tokens[position].line, tokens[position].column}, "input `" + line.name + "` uses two outside names, `" + outside + "` and `" + name + "`",
                       "read each in a line of its own and combine them in VARIABLES");
            }
            outside = name;
        }
        if (outside.empty()) refuse(line.body_place, "input `" + line.name + "` names nothing from outside", "write `" + line.name + " = outside_name @ default`");
        return outside;
    }

    // Two lines may read the same outside name.
    std::uint32_t input_index(const Declaration& line, const std::string& outside, std::optional<double> default_value) {
        const auto known = std::find_if(model_.inputs.begin(), model_.inputs.end(), [&](const Input& input) { return input.name == outside; });
        if (known == model_.inputs.end()) {
            model_.inputs.push_back({.name = outside, .default_value = default_value, .note = read_annotation(line.comment), .place = line.name_place});
            return static_cast<std::uint32_t>(model_.inputs.size() - 1);
        }
        if (known->default_value != default_value) {
            refuse(line.name_place, "`" + outside + "` is read twice with different defaults", "give line " + std::to_string(known->place.line) + " and this line the same default");
        }
        return static_cast<std::uint32_t>(known - model_.inputs.begin());
    }

    // SUND's text does not say whether a default stands for the outside value or for the whole expression.
    void refuse_unclear_default(const Declaration& line, NodeId value, NodeId leaf, double default_value) {
        const std::vector<double> inputs(model_.graph[leaf].index + 1U, default_value);
        const double through = evaluate(model_.graph, value, {.time = 0.0, .states = {}, .parameters = {}, .inputs = inputs});
        if (through == default_value) return;
        refuse(line.body_place, "it is unclear whether the default of `" + line.name + "` is meant before or after its conversion",
               "read the plain name here (`name = outside_name @ default`) and convert it in VARIABLES");
    }

    void read_functions() {
        for (const Declaration& line : text_[Section::functions]) {
            const std::vector<Token> signature = tokenise(line.name, line.name_place);
            symbols_.declare(std::string(signature.front().text), "function", line.name_place);
            symbols_.define_function(signature, body_tokens(line));
        }
    }

    void read_variables() {
        std::map<std::string, std::size_t> first;  // position among the observables
        for (const Declaration& line : text_[Section::variables]) symbols_.announce(line.name, line.name_place);
        for (const Declaration& line : text_[Section::variables]) {
            const NodeId value = expression(line);
            if (const auto before = first.find(line.name); before != first.end()) {
                const Observable& variable = model_.observables[before->second];
                repeated(line, variable.place, variable.value == value);
                continue;
            }
            first.emplace(line.name, model_.observables.size());
            symbols_.declare(line.name, "variable", line.name_place);
            symbols_.define(line.name, value);
            observe(line, value, Observable::Kind::variable, read_annotation(line.comment));
        }
    }

    void observe(const Declaration& line, NodeId value, Observable::Kind kind, Annotation note) {
        model_.observables.push_back({.name = line.name, .value = value, .kind = kind, .note = std::move(note), .place = line.name_place});
    }

    void read_rates() {
        for (State& state : model_.states) state.rate = expression(*state_lines_[state.name].rate);
    }

    // In the order of the lines: an initial value may use those above it.
    void read_initial_values() {
        std::string orphan;
        std::map<std::string, std::uint32_t> index;
        for (std::uint32_t state = 0; state < model_.states.size(); ++state) index[model_.states[state].name] = state;
        for (const Declaration& line : text_[Section::states]) {
            const std::optional<StateLine> meaning = read_state_line(line.name);
            if (!meaning || meaning->gives == StateLine::Gives::rate) continue;
            const auto found = index.find(meaning->state);
            if (found == index.end()) {
                orphan = meaning->state;
                remark(line.name_place, "`" + orphan + "` has an initial value but no rate, so it is no state and this line is not used");
                continue;
            }
            if (meaning->gives == StateLine::Gives::initial_rate) {
                remark(line.name_place, "initial rates belong to algebraic equations; there are none, so this line is not used");
                continue;
            }
            read_initial_value(line, model_.states[found->second]);
        }
        for (const State& state : model_.states) {
            if (state.initial.valid()) continue;
            refuse(state.place, "state `" + state.name + "` has no initial value",
                   "add `" + state.name + "(0) = expression`" + (orphan.empty() ? "" : "; `" + orphan + "(0)` is there, but no such state"));
        }
    }

    void read_initial_value(const Declaration& line, State& state) {
        const NodeId value = symbols_.parse_initial(body_tokens(line));
        StateLines& lines = state_lines_[state.name];
        if (lines.initial != nullptr) return repeated(line, lines.initial->name_place, state.initial == value);
        lines.initial = &line;
        state.initial = value;
        const Annotation note = read_annotation(line.comment);
        if (state.note.unit.empty()) state.note.unit = note.unit;
        if (state.note.meaning.empty()) state.note.meaning = note.meaning;
    }

    void read_events() {
        for (const Declaration& line : text_[Section::events]) {
            const std::vector<std::vector<Token>> parts = split_at_commas(body_tokens(line));
            if (parts.size() % 2 == 0) {
                refuse(line.body_place, "event `" + line.name + "` has a target without a value",
                       "write `name = condition, target, value, target, value`");
            }
            Event event{.name = line.name, .condition = truth(symbols_.parse(parts[0])), .assignments = {}, .place = line.name_place};
            for (std::size_t part = 1; part < parts.size(); part += 2) {
                event.assignments.push_back(assignment(parts[part], parts[part + 1]));
            }
            check_repeated_event(line, event);
            model_.events.push_back(std::move(event));
        }
    }

    // SUND takes an event's condition as true above one half.
    NodeId truth(NodeId condition) {
        if (is_truth_value(model_.graph, condition)) return condition;
        return model_.graph.make(Op::greater, condition, model_.graph.constant(0.5));
    }

    Assignment assignment(const std::vector<Token>& target, const std::vector<Token>& value) {
        const Place place{file_, target[0].line, target[0].column};
        if (target[0].kind != Token::Kind::name || target[1].kind != Token::Kind::end) {
            refuse(place, "the target of an event must be the name of a state or a parameter");
        }
        const Node& node = model_.graph[symbols_.symbol(target[0])];
        const std::string_view what = symbols_.what_is(target[0].text);
        if (what != "state" && what != "parameter") {
            refuse(place, "`" + std::string(target[0].text) + "` cannot be set by an event: it is neither a state nor a parameter",
                   "make it a state with rate 0");
        }
        const std::uint32_t index = node.index;  // reading the value may move the node
        const auto kind = node.op == Op::state ? Assignment::Target::state : Assignment::Target::parameter;
        return {.target = kind, .index = index, .value = symbols_.parse(value)};
    }

    void check_repeated_event(const Declaration& line, const Event& event) {
        for (const Event& other : model_.events) {
            if (other.name != event.name) continue;
            const std::string again = "event `" + event.name + "` was already declared on line " + std::to_string(other.place.line);
            if (!other.assignments.empty() || !event.assignments.empty()) refuse(line.name_place, again, "rename one of the two");
            remark(line.name_place, again + "; neither assigns anything, so both are kept");
        }
    }

    void read_outputs() {
        for (const Declaration& line : text_[Section::outputs]) {
            if (!is_name(line.name)) refuse(line.name_place, "`" + line.name + "` is not a name for an output");
            add_observable(line, expression(line), Observable::Kind::output, read_annotation(line.comment));
        }
    }

    void read_features() {
        for (Declaration line : text_[Section::features]) {
            Annotation note = read_annotation(line.comment);
            note.unit = "1";
            if (line.body.ends_with(']')) {
                const std::size_t open = line.body.rfind('[');
                if (open == std::string_view::npos) refuse(line.body_place, "the unit of feature `" + line.name + "` is not opened with [");
                note.unit = unit_in_brackets(line.body.substr(open + 1, line.body.size() - open - 2));
                if (note.unit.empty()) refuse(line.body_place, "the unit of feature `" + line.name + "` is empty", "write [1] where it has none");
                line.body = trim(line.body.substr(0, open));
            }
            add_observable(line, expression(line), Observable::Kind::feature, std::move(note));
        }
    }

    void add_observable(const Declaration& line, NodeId value, Observable::Kind kind, Annotation note) {
        for (const Observable& other : model_.observables) {
            if (other.kind == kind && other.name == line.name) return repeated(line, other.place, other.value == value && other.note.unit == note.unit);
        }
        observe(line, value, kind, std::move(note));
    }

    SundText text_;
    const std::string& file_;
    Model model_;
    SundSymbols symbols_;
    std::map<std::string, StateLines> state_lines_;
};

}  // namespace

Model read_sund(std::string_view text, const std::string& file) { return SundReader(text, file).read(); }

}  // namespace kohort::model
