#include "model/sund_context.hpp"

namespace kohort::model {

std::vector<Token> SundContext::body(const Declaration& line) const {
    if (line.body.empty()) {
        throw InputError(line.body_place, "`" + line.name + " =` has nothing on its right side", "write what it is");
    }
    return tokenise(line.body, line.body_place);
}

double SundContext::number(std::span<const Token> tokens, const std::string& of_what) const {
    const auto is_sign = [](const Token& token, std::string_view sign) {
        return token.kind == Token::Kind::sign && token.text == sign;
    };
    std::size_t position = 0;
    double sign = 1.0;
    while (is_sign(tokens[position], "-") || is_sign(tokens[position], "+")) {
        if (is_sign(tokens[position++], "-")) sign = -sign;
    }
    const Token& value = tokens[position];
    if (value.kind != Token::Kind::number || tokens[position + 1].kind != Token::Kind::end) {
        throw InputError(place_of(tokens[0]), of_what + " must be a number", "write expressions in VARIABLES");
    }
    return sign * value.value;
}

void SundContext::repeated(const Declaration& line, const Place& first, bool same_value) {
    const std::string again = "`" + line.name + "` was already declared on line " + std::to_string(first.line);
    if (!same_value) {
        throw InputError(line.name_place, again + ", with another value", "remove one of the two, or rename it");
    }
    remark(line.name_place, again + ", with the same value; this line changes nothing");
}

}  // namespace kohort::model
