#include "model/iqm_text.hpp"

#include "base/text.hpp"
#include "model/iqm_reactions.hpp"
#include "model/tokens.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kohort::model {

namespace {

constexpr std::size_t largest_file = std::size_t{4} << 20U;  // [bytes]
constexpr std::string_view header_word = "MODEL";
constexpr std::string_view header_signs = "********";  // IQM Tools writes ten, AZRsim eight

enum class Part : std::uint8_t {
    name,
    notes,
    states,
    state_information,
    parameters,
    variables,
    reactions,
    functions,
    events,
    matlab_functions,
    initial_assignments
};

const std::vector<std::string> part_names{
    "NAME",      "NOTES",     "STATES", "STATE INFORMATION", "PARAMETERS",         "VARIABLES",
    "REACTIONS", "FUNCTIONS", "EVENTS", "MATLAB FUNCTIONS",  "INITIAL ASSIGNMENTS"};

bool is_free_text(Part part) { return part == Part::name || part == Part::notes || part == Part::matlab_functions; }

std::optional<Section> section_of(Part part) {
    switch (part) {
        case Part::states:
        case Part::state_information: return Section::states;
        case Part::parameters: return Section::parameters;
        case Part::variables: return Section::variables;
        case Part::functions: return Section::functions;
        case Part::events: return Section::events;
        default: return std::nullopt;
    }
}

/// Of `v<k,1:3>=2*k` too, where it is no part of a relation.
std::size_t find_equals_of_array(std::string_view line) {
    const std::size_t equals = find_equals(line);
    const std::size_t end = line.find(">=");
    const std::size_t comma = line.find(',');
    const std::size_t begin = line.find('<');
    const bool is_array = end < equals && begin < comma && comma < end && is_name(trim(line.substr(0, begin))) &&
                          is_name(trim(line.substr(begin + 1, comma - begin - 1)));
    return is_array ? end + 1 : equals;
}

class IqmCutter {
public:
    IqmCutter(std::string_view text, const std::string& file)
        : file_(file), whole_(std::make_shared<std::string>(text)), declarations_(*whole_, file) {
        result_.sections.text = whole_;
    }

    IqmText cut() {
        std::string& whole = *whole_;
        for (std::size_t begin = 0; begin < whole.size();) {
            const std::size_t end = std::min(whole.find('\n', begin), whole.size());
            ++line_.number;
            line_.comment.clear();
            line_.text = std::string_view(whole).substr(begin, end - begin);
            if (!is_header()) take_line(begin, end);
            begin = end + 1;
        }
        finish_part();
        std::vector<Declaration>& variables = section(Section::variables);
        result_.n_variables = variables.size();
        variables.insert(variables.end(), reactions_.begin(), reactions_.end());
        return std::move(result_);
    }

private:
    bool is_header() {
        const std::string_view header = iqm_header(line_.text);
        if (header.empty()) return false;
        const std::string word(trim(header.substr(header_word.size())));
        const auto known = std::find(part_names.begin(), part_names.end(), word);
        if (known == part_names.end())
            throw InputError({file_, line_.number, 1}, "`MODEL " + word + "` is no section of an IQM text",
                             suggest(word, part_names));
        finish_part();
        part_ = static_cast<Part>(known - part_names.begin());
        int& begun = begun_on_[static_cast<std::size_t>(*part_)];
        if (begun != 0)
            throw InputError({file_, line_.number, 1},
                             "section MODEL " + word + " was already begun on line " + std::to_string(begun),
                             "join the two");
        begun = line_.number;
        if (part_ == Part::state_information) result_.is_biochemical = true;
        return true;
    }

    void finish_part() {
        declarations_.finish();
        comment_inside_ = false;
    }

    void take_line(std::size_t begin, std::size_t end) {
        if (!part_) {
            if (!trim(line_.text).empty())
                throw InputError({file_, line_.number, 1}, "this stands before the first section header",
                                 "begin with `********** MODEL NAME`");
            return;
        }
        if (is_free_text(*part_)) return take_free_text();
        clean(begin, end);
        const std::string_view ink = trim(line_.text);
        if (ink.empty()) return;
        if (part_ == Part::initial_assignments)
            throw InputError(declarations_.place(line_, 0), "initial assignments are not read",
                             "write them as `X(0) = expression` in MODEL STATES");
        if (part_ == Part::reactions && ink.find("=>") != std::string_view::npos) {
            declarations_.finish();
            comment_inside_ = false;
            result_.reactions.push_back(read_equation(line_, file_));
            return keep_marks(line_.number);
        }
        take_declaration(ink);
    }

    void keep_marks(int line) {
        if (marks_.empty()) return;
        std::vector<IqmMark>& kept = result_.marks[line];
        kept.insert(kept.end(), marks_.begin(), marks_.end());
        marks_.clear();
    }

    std::vector<Declaration>& section(Section which) {
        return result_.sections.sections[static_cast<std::size_t>(which)];
    }

    void take_declaration(std::string_view ink) {
        const std::size_t equals = find_equals_of_array(line_.text);
        if (equals != std::string_view::npos) {
            comment_inside_ = false;
            declarations_.begin(open_section(), line_, equals);
            declaration_line_ = line_.number;
        } else if (!declarations_.is_open()) {
            throw InputError(declarations_.place(line_, line_.text.find(ink)),
                             "`" + std::string(ink) + "` is not a declaration", "write `name = expression`");
        } else {
            if (comment_inside_)
                throw InputError(
                    declarations_.place(line_, line_.text.find(ink)),
                    "this formula goes on after a comment, and IQM Tools would take this line for part of it",
                    "put the comment at the end of the formula's last line");
            declarations_.extend(line_);
        }
        comment_inside_ = comment_inside_ || has_comment_;
        keep_marks(declaration_line_);
    }

    std::vector<Declaration>& open_section() {
        if (part_ != Part::reactions) return section(*section_of(*part_));
        return result_.reactions.empty() ? reactions_ : result_.reactions.back().rates;
    }

    /// Turns comments and braces into blanks, after taking what they say.
    void clean(std::size_t begin, std::size_t end) {
        std::string& whole = *whole_;
        const auto blank = [&](std::size_t from, std::size_t to) {
            std::fill(whole.begin() + static_cast<std::ptrdiff_t>(from),
                      whole.begin() + static_cast<std::ptrdiff_t>(to), ' ');
        };
        const std::size_t sign = std::min(whole.find('%', begin), end);
        has_comment_ = sign < end;
        std::string_view comment = std::string_view(whole).substr(sign, end - sign);
        comment.remove_prefix(std::min(comment.find_first_not_of('%'), comment.size()));
        line_.comment = trim(comment);
        blank(sign, end);
        if (sign > begin && has_comment_ && trim(line_.text).empty() && declarations_.is_open()) comment_inside_ = true;
        for (std::size_t open = whole.find_first_of("{}", begin); open < end; open = whole.find_first_of("{}", open)) {
            const std::size_t close = whole.find('}', open);
            const Place place = declarations_.place(line_, open - begin);
            if (close >= end || whole[open] == '}')
                throw InputError(place, "braces do not match on this line", "write `{...}` on one line");
            std::string text = without_blanks(std::string_view(whole).substr(open + 1, close - open - 1));
            marks_.push_back({std::move(text), place});
            blank(open, close + 1);
        }
        if (!line_.text.empty() && line_.text.back() == '\r') blank(end - 1, end);
    }

    void take_free_text() {
        const std::string_view ink = trim(line_.text);
        if (part_ == Part::name && !ink.empty() && result_.sections.model_name.empty())
            result_.sections.model_name = ink;
        if (part_ == Part::notes && result_.time_unit.empty()) take_time_unit(ink);
        if (part_ == Part::matlab_functions && ink.starts_with("function")) take_matlab_function(ink);
    }

    void take_time_unit(std::string_view ink) {
        const std::size_t equals = ink.find('=');
        if (equals == std::string_view::npos || trim(ink.substr(0, equals)) != "time_unit") return;
        result_.time_unit = trim(ink.substr(equals + 1));
        result_.time_unit_place = {file_, line_.number, 1};
    }

    /// `function [a, b] = name(x)`
    void take_matlab_function(std::string_view ink) {
        const std::size_t equals = ink.find('=');
        std::string_view head = equals == std::string_view::npos ? ink.substr(8) : ink.substr(equals + 1);
        head = trim(head.substr(0, head.find('(')));
        if (!head.empty()) result_.matlab_functions.emplace_back(head);
    }

    const std::string& file_;
    std::shared_ptr<std::string> whole_;
    DeclarationCutter declarations_;
    IqmText result_;
    std::vector<Declaration> reactions_;  // of the ordinary layout
    std::vector<IqmMark> marks_;          // on this line
    int declaration_line_ = 0;            // where the open one begins
    std::array<int, 11> begun_on_{};      // [line from 1] by part; 0: not yet
    std::optional<Part> part_;
    TextLine line_;
    bool has_comment_ = false;     // on this line
    bool comment_inside_ = false;  // of the open declaration, before its last line
};

}  // namespace

std::string_view iqm_header(std::string_view line) {
    line = trim(line);
    if (!line.starts_with(header_signs)) return {};
    line.remove_prefix(std::min(line.find_first_not_of('*'), line.size()));
    line = trim(line);
    return line.starts_with(header_word) ? line : std::string_view{};
}

IqmText cut_iqm(std::string_view text, const std::string& file) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.size() > largest_file)
        throw InputError({file, 0, 0}, "the file has more than 4 MiB; that is not a model text", "check the name");
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    return IqmCutter(text, file).cut();
}

}  // namespace kohort::model
