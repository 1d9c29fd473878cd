#include "model/tokens.hpp"

#include "model/utf8.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

namespace kohort::model {

namespace {

constexpr std::size_t longest_name = 255;  // bytes
constexpr auto two_character_signs = std::to_array<std::string_view>({"**", "<=", ">=", "==", "!=", "&&", "||"});
constexpr std::string_view one_character_signs = "+-*/^<>!?:()[],;@";

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

class Tokeniser {
public:
    Tokeniser(std::string_view text, const Place& start)
        : text_(text), file_(start.file), line_(start.line), column_(start.column) {}

    std::vector<Token> all() {
        std::vector<Token> tokens;
        while (skip_blanks()) tokens.push_back(next());
        tokens.push_back(token(Token::Kind::end, 0));
        return tokens;
    }

private:
    [[nodiscard]] std::string_view rest() const { return text_.substr(position_); }

    // False at the end of the text.
    bool skip_blanks() {
        while (position_ < text_.size()) {
            const char letter = text_[position_];
            if (letter == '\n') {
                ++line_;
                column_ = 1;
            } else if (letter == ' ' || letter == '\t' || letter == '\r' || letter == '\f' || letter == '\v') {
                ++column_;
            } else {
                return true;
            }
            ++position_;
        }
        return false;
    }

    [[nodiscard]] Token token(Token::Kind kind, std::size_t length) const {
        return {.kind = kind, .text = rest().substr(0, length), .value = 0.0, .line = line_, .column = column_};
    }

    [[noreturn]] void refuse(std::string problem, std::string remedy = {}) const {
        throw InputError({file_, line_, column_}, std::move(problem), std::move(remedy));
    }

    Token next() {
        Token found = token(Token::Kind::sign, 0);
        const char first = text_[position_];
        if (is_digit(first) || (first == '.' && position_ + 1 < text_.size() && is_digit(text_[position_ + 1]))) {
            found = number();
        } else if (const std::size_t length = name_length(rest()); length > 0) {
            found = name(length);
        } else {
            found = sign();
        }
        position_ += found.text.size();
        column_ += static_cast<int>(characters_in(found.text));
        return found;
    }

    Token number() {
        double value = 0.0;
        const char* const begin = rest().data();
        const auto [end, error] = std::from_chars(begin, begin + rest().size(), value);
        const auto length = static_cast<std::size_t>(end - begin);
        const std::string written(rest().substr(0, length));
        if (error == std::errc::result_out_of_range)
            refuse("the number `" + written + "` does not fit a double", "choose a unit in which it is not as extreme");
        if (const std::size_t glued = name_length(rest().substr(length)); glued > 0 || is_followed_by_number(length)) {
            const std::string after(rest().substr(length, glued > 0 ? glued : 1));
            refuse(
                "`" + written + after + "` is not a number",
                "write `" + written + " * " + after + "` for a product; hexadecimal numbers and suffixes are not read");
        }
        Token found = token(Token::Kind::number, length);
        found.value = value;
        return found;
    }

    [[nodiscard]] bool is_followed_by_number(std::size_t length) const {
        const std::string_view after = rest().substr(length);
        return !after.empty() && (after.front() == '.' || is_digit(after.front()));
    }

    Token name(std::size_t length) const {
        if (length > longest_name)
            refuse("a name has more than " + std::to_string(longest_name) + " bytes", "choose a shorter one");
        return token(Token::Kind::name, length);
    }

    [[nodiscard]] Token sign() const {
        for (const std::string_view sign : two_character_signs) {
            if (rest().starts_with(sign)) return token(Token::Kind::sign, sign.size());
        }
        if (one_character_signs.find(text_[position_]) != std::string_view::npos) return token(Token::Kind::sign, 1);
        refuse_character();
    }

    [[noreturn]] void refuse_character() const {
        const char letter = text_[position_];
        switch (letter) {
            case '=': refuse("a single `=` cannot stand in an expression", "write `==` to compare");
            case '%': refuse("`%` is not an operator here", "write fmod(a, b)");
            case '&':
            case '|':
                refuse(std::string("`") + letter + "` is not an operator here",
                       std::string("write `") + letter + letter + "`");
            default: break;
        }
        refuse(describe_character(rest()) + " cannot stand in an expression",
               "an expression has numbers, names, brackets and the operators + - * / ^ < > == && || ! ? :");
    }

    std::string_view text_;
    std::string file_;
    std::size_t position_ = 0;
    int line_;
    int column_;
};

}  // namespace

std::vector<Token> tokenise(std::string_view text, const Place& start) { return Tokeniser(text, start).all(); }

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name && name_length(text) == text.size();
}

}  // namespace kohort::model
