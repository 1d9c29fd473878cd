#include "model/iqm_arrays.hpp"

#include "model/iqm_indices.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace kohort::model {

namespace {

constexpr std::size_t most_written = std::size_t{4} << 20U;  // [bytes] of all their formulas
constexpr std::string_view sum_word = "arraysumIQM(";
constexpr std::string_view old_sum_word = "arraysumSB(";

bool is_in_name(char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte >= 0x80 || byte == '_' || std::isalnum(byte) != 0;
}

/// What stands behind an array's name: X3, X_2.
std::string suffix(long index) { return index >= 0 ? std::to_string(index) : "_" + std::to_string(-index); }

/// Every name that is the index, as a number.
std::string with_number(std::string_view text, const Index& index) {
    const std::string number = index.value >= 0 ? std::to_string(index.value) : "(" + std::to_string(index.value) + ")";
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const bool is_number = std::isdigit(static_cast<unsigned char>(text[at])) != 0;
        std::size_t end = at + 1;
        while (is_in_name(text[at]) && end < text.size() && (is_in_name(text[end]) || (is_number && text[end] == '.')))
            ++end;
        const std::string_view word = text.substr(at, end - at);
        result += word == index.name ? number : word;
        at = end;
    }
    return result;
}

class Arrays {
public:
    Arrays(IqmText& text, const std::string& file) : text_(text), indices_(text.sections[Section::parameters], file) {}

    std::vector<std::string> write_out() {
        write_out(Section::states, text_.sections[Section::states].size());
        text_.n_variables = write_out(Section::variables, text_.n_variables);
        return indices_.remarks();
    }

private:
    /// Returns how many the first n declarations have become.
    std::size_t write_out(Section section, std::size_t n) {
        std::vector<Declaration>& lines = text_.sections.sections[static_cast<std::size_t>(section)];
        std::vector<Declaration> written;
        std::size_t n_written = 0;
        for (std::size_t place = 0; place < lines.size(); ++place) {
            line_ = &lines[place];
            indices_.begin(lines[place]);
            may_sum_ = section == Section::variables && place < n;
            write_out_line(written);
            if (place + 1 == n) n_written = written.size();
        }
        lines = std::move(written);
        return n_written;
    }

    void write_out_line(std::vector<Declaration>& written) {
        const std::string& name = line_->name;
        const std::size_t open = name.find('<');
        const std::string summed = with_sum_written_out(line_->body);
        if (open == std::string::npos) return add(written, name, with_elements(summed, std::nullopt));
        const std::size_t close = name.find('>', open);
        if (close == std::string::npos) indices_.refuse(name, "`" + name + "` is no array");
        const auto [index, range] = indices_.definition(std::string_view(name).substr(open + 1, close - open - 1));
        for (const long value : range)
            add(written, name.substr(0, open) + suffix(value) + name.substr(close + 1),
                with_elements(summed, Index{index, value}));
    }

    void add(std::vector<Declaration>& written, std::string name, std::string body) {
        n_bytes_ += body.size();
        if (++n_elements_ > most_array_elements || n_bytes_ > most_written)
            indices_.refuse(line_->name, "the arrays of this text are too large, written out");
        Declaration element = *line_;
        element.name = std::move(name);
        if (body != line_->body) element.body = text_.written_out.emplace_back(std::move(body));
        written.push_back(std::move(element));
    }

    /// arraysumIQM(2*X<k,1:3>) is (2*X1)+(2*X2)+(2*X3).
    std::string with_sum_written_out(std::string_view body) {
        const std::string_view word = body.find(old_sum_word) == std::string_view::npos ? sum_word : old_sum_word;
        const std::size_t begin = body.find(word);
        if (begin == std::string_view::npos) return std::string(body);
        if (!may_sum_) indices_.refuse(body.substr(begin), "sums of arrays stand in MODEL VARIABLES only");
        if (body.find(word, begin + 1) != std::string_view::npos)
            indices_.refuse(body.substr(begin), "a line has two sums of arrays");
        const std::string_view inside = until_bracket(body.substr(begin + word.size()));
        const std::size_t open = inside.find('<');
        const std::size_t close = inside.find('>', open);
        if (close == std::string_view::npos) indices_.refuse(inside, "nothing in this sum is an array");
        const std::string_view array = inside.substr(open, close + 1 - open);
        const auto [index, values] = indices_.definition(array.substr(1, array.size() - 2));
        std::string sum;
        for (const long value : values) {
            std::string term;
            std::string_view rest = inside;
            for (std::size_t at = rest.find(array); at != std::string_view::npos; at = rest.find(array)) {
                term += with_number(rest.substr(0, at), {index, value}) + suffix(value);
                rest.remove_prefix(at + array.size());
            }
            sum += (sum.empty() ? "(" : "+(") + term + with_number(rest, {index, value}) + ")";
            if (sum.size() > most_written) indices_.refuse(inside, "this sum is too long, written out");
        }
        return std::string(body.substr(0, begin)) + "(" + sum + ")" +
               std::string(body.substr(begin + word.size() + inside.size() + 1));
    }

    /// Up to the bracket that closes what is open.
    std::string_view until_bracket(std::string_view text) const {
        int depth = 1;
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (text[at] == '(') ++depth;
            if (text[at] == ')' && --depth == 0) return text.substr(0, at);
        }
        indices_.refuse(text, "the bracket of this sum is not closed");
    }

    /// X<k-1> becomes X2, and the index itself its number.
    std::string with_elements(std::string_view body, const std::optional<Index>& index) {
        std::string result;
        const auto take = [&](std::string_view between) {
            result += index ? with_number(between, *index) : std::string(between);
        };
        std::size_t done = 0;
        for (std::size_t open = body.find('<'); open != std::string_view::npos; open = body.find('<', open + 1)) {
            const std::size_t close = body.find_first_of("<>", open + 1);
            const bool is_element = open > 0 && is_in_name(body[open - 1]) && close != std::string_view::npos &&
                                    body[close] == '>' && body[open + 1] != '=';
            if (!is_element) continue;
            take(body.substr(done, open - done));
            result += suffix(indices_.whole_number(body.substr(open + 1, close - open - 1), index));
            done = close + 1;
            open = close;
        }
        take(body.substr(done));
        return result;
    }

    IqmText& text_;
    ArrayIndices indices_;
    const Declaration* line_ = nullptr;  // being written out
    bool may_sum_ = false;               // in it
    std::size_t n_elements_ = 0;
    std::size_t n_bytes_ = 0;
};

bool has_arrays(const std::vector<Declaration>& lines) {
    return std::ranges::any_of(lines, [](const Declaration& line) { return line.name.find('<') != std::string::npos; });
}

}  // namespace

std::vector<std::string> write_out_arrays(IqmText& text, const std::string& file) {
    const SundText& sections = text.sections;
    if (!has_arrays(sections[Section::states]) && !has_arrays(sections[Section::variables])) return {};
    if (text.is_biochemical)
        throw InputError({file, 0, 0}, "arrays stand in a text with reaction equations",
                         "write rates out, as `d/dt(X<k,1:3>) = ...` in MODEL STATES");
    return Arrays(text, file).write_out();
}

}  // namespace kohort::model
