// Declarations `name = body` of model texts, cut out of their lines.
#pragma once

#include "base/errors.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kohort::model {

/// `name = body`. The body reaches over following lines that have no `=` of their own, and has lost its comments.
struct Declaration {
    std::string name;  // trimmed, \# made #
    Place name_place;
    std::string_view body;  // trimmed, without a final semicolon
    Place body_place;
    std::string comment;  // the first comment on its lines, without the comment signs
};

/// A line of a text whose comments have become blanks.
struct TextLine {
    std::string_view text;  // a piece of the whole text, without the line end
    int number = 0;         // from 1
    std::string comment;    // the first one on this line
};

/// The `=` between a name and its body: not that of == <= >= or !=. npos if there is none.
[[nodiscard]] std::size_t find_equals(std::string_view line);

class DeclarationCutter {
public:
    /// whole is what all lines are pieces of; it must outlive the declarations.
    DeclarationCutter(std::string_view whole, const std::string& file) : whole_(whole), file_(file) {}

    [[nodiscard]] bool is_open() const { return open_ != nullptr; }
    /// The first line of a declaration, whose `=` is at equals. Ends the one before. Throws InputError if the name is missing.
    void begin(std::vector<Declaration>& section, const TextLine& line, std::size_t equals);
    /// A further line of it.
    void extend(const TextLine& line);
    void finish();
    [[nodiscard]] Place place(const TextLine& line, std::size_t offset) const;

private:
    std::string_view whole_;
    const std::string& file_;
    Declaration* open_ = nullptr;
    const char* body_begin_ = nullptr;
    const char* body_end_ = nullptr;
    int body_line_ = 0;  // from 1
};

}  // namespace kohort::model
