// What the readers of a SUND text's sections share.
#pragma once

#include "model/algebra.hpp"
#include "model/model.hpp"
#include "model/sund_symbols.hpp"
#include "model/sund_text.hpp"
#include "model/tokens.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kohort::model {

struct SundContext {
    SundContext(SundText cut_text, const std::string& file_name, const Dialect& dialect = {})
        : text(std::move(cut_text)), file(file_name), symbols(model, file, dialect) {}

    SundText text;
    std::string file;
    Model model;
    SundSymbols symbols;
    std::vector<Equation> equations;  // `0 = expression`, after read_rates

    [[nodiscard]] Place place_of(const Token& token) const { return {file, token.line, token.column}; }

    /// Notes something harmless for the user.
    void remark(const Place& place, const std::string& what) {
        model.remarks.push_back(to_string(place) + ": " + what);
    }

    /// The right side. Throws InputError if it is empty.
    [[nodiscard]] std::vector<Token> body(const Declaration& line) const;
    [[nodiscard]] NodeId expression(const Declaration& line) { return symbols.parse(body(line)); }

    /// The number that tokens are; of_what is for the message if they are something else.
    [[nodiscard]] double number(std::span<const Token> tokens, const std::string& of_what) const;

    /// A second declaration of one name: passed over with a remark if it changes nothing, else an InputError.
    void repeated(const Declaration& line, const Place& first, bool same_value);
};

// The sections. To be called in this order.
void read_parameters(SundContext& sund);
void name_states(SundContext& sund);  // declares them, without rates
void read_inputs(SundContext& sund);
void read_functions(SundContext& sund);
void read_variables(SundContext& sund);
void read_rates(SundContext& sund);
void read_initial_values(SundContext& sund);
void read_events(SundContext& sund);

/// The left side without its blanks.
[[nodiscard]] std::string without_blanks(std::string_view text);

}  // namespace kohort::model
