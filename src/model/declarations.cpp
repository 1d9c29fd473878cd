#include "model/declarations.hpp"

#include "base/text.hpp"
#include "model/utf8.hpp"

#include <algorithm>

namespace kohort::model {

std::size_t find_equals(std::string_view line) {
    for (std::size_t position = line.find('='); position != std::string_view::npos; position = line.find('=', position + 1)) {
        const bool after = position > 0 && std::string_view("<>=!").find(line[position - 1]) != std::string_view::npos;
        const bool before = position + 1 < line.size() && line[position + 1] == '=';
        if (!after && !before) return position;
    }
    return std::string_view::npos;
}

Place DeclarationCutter::place(const TextLine& line, std::size_t offset) const {
    return {file_, line.number, static_cast<int>(characters_in(line.text.substr(0, offset))) + 1};
}

void DeclarationCutter::begin(std::vector<Declaration>& section, const TextLine& line, std::size_t equals) {
    finish();
    open_ = &section.emplace_back();
    open_->name = trim(line.text.substr(0, equals));
    for (std::size_t escape = open_->name.find("\\#"); escape != std::string::npos;
         escape = open_->name.find("\\#", escape)) {
        open_->name.erase(escape, 1);
    }
    open_->name_place = place(line, line.text.find(trim(line.text)));
    if (open_->name.empty())
        throw InputError(open_->name_place, "the name before `=` is missing", "write `name = expression`");
    body_begin_ = line.text.data() + equals + 1;
    body_line_ = line.number;
    extend(line);
}

void DeclarationCutter::extend(const TextLine& line) {
    body_end_ = line.text.data() + line.text.size();
    if (open_->comment.empty()) open_->comment = line.comment;
}

void DeclarationCutter::finish() {
    if (open_ == nullptr) return;
    const std::string_view body(body_begin_, static_cast<std::size_t>(body_end_ - body_begin_));
    std::string_view trimmed = trim(body);
    while (trimmed.ends_with(';')) trimmed = trim(trimmed.substr(0, trimmed.size() - 1));
    const std::string_view skipped = body.substr(0, std::min(body.find(trimmed), body.size()));
    open_->body = trimmed;
    const auto lines = static_cast<int>(std::count(skipped.begin(), skipped.end(), '\n'));
    const char* const start = trimmed.empty() ? body_begin_ : trimmed.data();
    const std::string_view before = whole_.substr(0, static_cast<std::size_t>(start - whole_.data()));
    const std::string_view on_line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0: the first line
    open_->body_place = {file_, body_line_ + lines, static_cast<int>(characters_in(on_line)) + 1};
    open_ = nullptr;
}

}  // namespace kohort::model
