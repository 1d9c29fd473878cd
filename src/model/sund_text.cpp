#include "model/sund_text.hpp"

#include "base/text.hpp"
#include "model/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

namespace kohort::model {

namespace {

constexpr std::size_t largest_file = std::size_t{4} << 20U;  // [bytes]
constexpr std::string_view header_signs = "##########";
constexpr std::string_view quote = "\"\"\"";
const std::vector<std::string> section_names{"NAME",      "METADATA", "MACROS",  "STATES", "PARAMETERS", "VARIABLES",
                                             "FUNCTIONS", "EVENTS",   "OUTPUTS", "INPUTS", "FEATURES"};

struct Line {
    std::string_view text;  // without the line end and without comments
    std::string comment;    // the first one on this line
    bool in_quote = false;  // starts inside """..."""
};

// A line that was perhaps meant to be a header.
struct AlmostHeader {
    Place place;
    std::string written;
};

struct CleanText {
    std::shared_ptr<const std::string> text;
    std::vector<Line> lines;
    std::array<int, n_sections> header_line{};  // from 1; 0: the section is missing
    std::array<AlmostHeader, n_sections> almost_header{};
};

// Removes comments and finds the headers, which a comment would otherwise swallow.
class Cleaner {
public:
    Cleaner(std::string_view text, const std::string& file) : file_(file), text_(text) {}

    CleanText clean() {
        std::vector<std::size_t> ends;
        for (; begin_ < text_.size(); begin_ = end_ + 1) {
            end_ = std::min(text_.find('\n', begin_), text_.size());
            result_.lines.emplace_back().in_quote = in_quote_;
            ends.push_back(end_);
            if (!in_block_ && !in_quote_ && is_header()) continue;
            clean_line();
        }
        if (in_block_) throw InputError(opened_, "a comment opened with /* is not closed", "close it with */");
        if (in_quote_) throw InputError(opened_, "a text opened with \"\"\" is not closed", "close it with \"\"\"");
        result_.text = std::make_shared<const std::string>(std::move(text_));
        std::size_t begin = 0;
        for (std::size_t line = 0; line < ends.size(); begin = ends[line++] + 1) {
            result_.lines[line].text = std::string_view(*result_.text).substr(begin, ends[line] - begin);
        }
        return std::move(result_);
    }

private:
    [[nodiscard]] std::string_view line() const { return std::string_view(text_).substr(begin_, end_ - begin_); }
    [[nodiscard]] int line_number() const { return static_cast<int>(result_.lines.size()); }
    [[nodiscard]] bool starts(std::size_t position, std::string_view sign) const {
        return std::string_view(text_).substr(position, std::min(sign.size(), end_ - position)) == sign;
    }
    // Or the end of the line.
    [[nodiscard]] std::size_t find_on_line(std::string_view sign, std::size_t position) const {
        const std::size_t found = std::string_view(text_).substr(position, end_ - position).find(sign);
        return found == std::string_view::npos ? end_ : position + found;
    }
    [[nodiscard]] Place place(std::size_t position) const {
        return {file_, line_number(), static_cast<int>(characters_in(line().substr(0, position - begin_))) + 1};
    }

    bool is_header() {
        const std::string_view written = trim(line());
        const std::size_t signs = std::min(written.find_first_not_of('#'), written.size());
        if (signs < 3) return false;
        const std::string word(trim(written.substr(signs)));
        const auto known = std::find(section_names.begin(), section_names.end(), word);
        const bool exact = known != section_names.end() && line().starts_with(std::string(header_signs) + " " + word);
        if (!exact) {
            remember_almost_header(word);
            return false;
        }
        int& header = result_.header_line[static_cast<std::size_t>(known - section_names.begin())];
        if (header != 0)
            throw InputError(place(begin_), "section " + word + " was already begun on line " + std::to_string(header),
                             "join the two");
        header = line_number();
        in_metadata_ = word == "METADATA";
        blank(begin_, end_);
        return true;
    }

    // A header with a slip is a comment, and its section flows into the one before; the message says where.
    void remember_almost_header(const std::string& word) {
        constexpr std::size_t longest_slip = 20;
        if (word.empty() || word.size() > longest_slip) return;
        const auto meant = std::find(section_names.begin(), section_names.end(), nearest_name(word, section_names));
        if (meant == section_names.end()) return;
        result_.almost_header[static_cast<std::size_t>(meant - section_names.begin())] = {place(begin_),
                                                                                          std::string(trim(line()))};
    }

    void clean_line() {
        std::size_t position = begin_;
        while (position < end_) {
            if (in_block_) {
                position = close_block(position);
            } else if (in_quote_) {
                position = close_quote(position);
            } else if (in_metadata_ && starts(position, quote)) {
                open(in_quote_, position);
                position += quote.size();
            } else if (starts(position, "/*")) {
                open(in_block_, position);
                blank(position, position + 2);
                position = close_block(position + 2);
            } else if (starts(position, "\\#")) {
                position += 2;
            } else if (starts(position, "//") || text_[position] == '#') {
                take_comment(position, end_);
                blank(position, end_);
                return;
            } else {
                ++position;
            }
        }
        if (!line().empty() && line().back() == '\r') blank(end_ - 1, end_);
    }

    void open(bool& flag, std::size_t position) {
        flag = true;
        opened_ = place(position);
    }

    std::size_t close_block(std::size_t position) {
        const std::size_t close = find_on_line("*/", position);
        in_block_ = close == end_;
        take_comment(position, close);
        const std::size_t after = in_block_ ? end_ : close + 2;
        blank(position, after);
        return after;
    }

    std::size_t close_quote(std::size_t position) {
        const std::size_t close = find_on_line(quote, position);
        in_quote_ = close == end_;
        return in_quote_ ? end_ : close + quote.size();
    }

    void take_comment(std::size_t from, std::size_t to) {
        std::string& comment = result_.lines.back().comment;
        if (!comment.empty()) return;
        std::string_view written = std::string_view(text_).substr(from, to - from);
        written.remove_prefix(std::min(written.find_first_not_of("/#*"), written.size()));
        comment = trim(written);
    }

    void blank(std::size_t from, std::size_t to) {
        std::fill(text_.begin() + static_cast<std::ptrdiff_t>(from), text_.begin() + static_cast<std::ptrdiff_t>(to), ' ');
    }

    const std::string& file_;
    std::string text_;
    CleanText result_;
    std::size_t begin_ = 0;  // of the line
    std::size_t end_ = 0;
    bool in_block_ = false;
    bool in_quote_ = false;
    bool in_metadata_ = false;
    Place opened_;
};

class Cutter {
public:
    Cutter(const CleanText& clean, const std::string& file)
        : clean_(clean), file_(file), declarations_(*clean.text, file) {
        result_.text = clean.text;
    }

    SundText cut() {
        check_headers();
        std::optional<std::size_t> section;
        for (std::size_t line = 0; line < clean_.lines.size(); ++line) {
            const auto header = std::find(clean_.header_line.begin(), clean_.header_line.end(), static_cast<int>(line) + 1);
            if (header != clean_.header_line.end()) {
                declarations_.finish();
                section = static_cast<std::size_t>(header - clean_.header_line.begin());
            } else if (!trim(clean_.lines[line].text).empty()) {
                take_line(line, section);
            }
        }
        declarations_.finish();
        return std::move(result_);
    }

private:
    void check_headers() const {
        for (std::size_t section = 0; section < n_sections; ++section) {
            if (clean_.header_line[section] != 0) continue;
            const std::string header = "`" + std::string(header_signs) + " " + section_names[section] + "`";
            if (const auto& [almost, written] = clean_.almost_header[section]; !written.empty()) {
                throw InputError(
                    almost, "`" + written + "` is not a section header",
                    "write " + header + " at the start of the line: ten #, one space, the name in capitals");
            }
            throw InputError({file_, 0, 0}, "section " + section_names[section] + " is missing",
                             "add the line " + header + "; the section may be empty");
        }
    }

    void take_line(std::size_t number, std::optional<std::size_t> section) {
        const Line& source = clean_.lines[number];
        const TextLine line{.text = source.text, .number = static_cast<int>(number) + 1, .comment = source.comment};
        const std::size_t first = line.text.find(trim(line.text));
        if (!section)
            throw InputError(declarations_.place(line, first), "this stands before the first section header",
                             "begin with `########## NAME`");
        if (*section == static_cast<std::size_t>(Section::name)) return take_name(line, first);
        const std::size_t equals = source.in_quote ? std::string_view::npos : find_equals(line.text);
        if (equals != std::string_view::npos) {
            declarations_.begin(result_.sections[*section], line, equals);
        } else if (declarations_.is_open()) {
            declarations_.extend(line);
        } else {
            throw InputError(declarations_.place(line, first),
                             "`" + std::string(trim(line.text)) + "` is not a declaration", "write `name = expression`");
        }
    }

    void take_name(const TextLine& line, std::size_t first) {
        if (!result_.model_name.empty())
            throw InputError(declarations_.place(line, first), "NAME holds more than one line", "keep one");
        result_.model_name = trim(line.text);
        result_.name_place = declarations_.place(line, first);
    }

    const CleanText& clean_;
    const std::string& file_;
    SundText result_;
    DeclarationCutter declarations_;
};

}  // namespace

SundText cut_sund(std::string_view text, const std::string& file) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.size() > largest_file)
        throw InputError({file, 0, 0}, "the file has more than 4 MiB; that is not a model text", "check the name");
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const CleanText clean = Cleaner(text, file).clean();
    return Cutter(clean, file).cut();
}

}  // namespace kohort::model
