#include "io/yaml_tree.hpp"

#include "base/text.hpp"
#include "io/text_file.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>
#include <unordered_map>

namespace kohort::io {
namespace {

using Kind = YamlNode::Kind;

/// Builds the tree from the parser's events.
class TreeBuilder : public YAML::EventHandler {
public:
    TreeBuilder(std::string_view text, const std::string& file, const YamlLimits& limits)
        : lines_(split(text, '\n')), file_(file), limits_(limits) {}

    [[nodiscard]] YamlNodePtr root() const { return root_; }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        if (wants_key())
            refuse(mark, "a key is missing, or is the YAML word for nothing",
                   "write the key in quotes if you mean the word");
        finish(new_node(Kind::empty, mark), anchor);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
        refuse_tag(mark, tag);
        refuse_open_quote(mark);
        if (wants_key()) return open_entry(mark, value);
        auto node = new_node(Kind::scalar, mark);
        node->text = value;
        finish(std::move(node), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        if (wants_key()) refuse(mark, "an alias cannot be a key", "write the key itself");
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end())
            refuse(mark, "this alias refers to the section that it is in", "write the values out");
        attach(found->second, mark);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(Kind::list, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
        open(Kind::map, mark, tag, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        std::shared_ptr<YamlNode> node;
        YAML::anchor_t anchor;
        std::map<std::string, Place> keys;
        bool has_key = false;  // a map's key was read, its value was not
    };

    [[nodiscard]] Place place(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

    [[noreturn]] void refuse(const YAML::Mark& mark, std::string problem, std::string remedy) const {
        throw InputError(place(mark), std::move(problem), std::move(remedy));
    }

    void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
        if (tag.empty() || tag == "?" || tag == "!") return;
        refuse(mark, "the tag " + tag + " is not used here", "leave it out: every value is read as it is written");
    }

    /// yaml-cpp lets a quote swallow the rest of the file.
    void refuse_open_quote(const YAML::Mark& mark) const {
        const auto first = static_cast<std::size_t>(mark.line);
        if (first >= lines_.size() || static_cast<std::size_t>(mark.column) >= lines_[first].size()) return;
        const char quote = lines_[first][static_cast<std::size_t>(mark.column)];
        if (quote != '"' && quote != '\'') return;
        auto column = static_cast<std::size_t>(mark.column) + 1;
        for (std::size_t line = first; line < lines_.size(); ++line, column = 0) {
            for (; column < lines_[line].size(); ++column) {
                if (lines_[line][column] == quote) return;
                if (quote == '"' && lines_[line][column] == '\\') ++column;
            }
        }
        refuse(mark, "this quote is not closed", std::string("close it with ") + quote);
    }

    [[nodiscard]] bool wants_key() const {
        return !open_.empty() && open_.back().node->kind == Kind::map && !open_.back().has_key;
    }

    [[nodiscard]] std::shared_ptr<YamlNode> new_node(Kind kind, const YAML::Mark& mark) const {
        auto node = std::make_shared<YamlNode>();
        node->kind = kind;
        node->place = place(mark);
        return node;
    }

    void open_entry(const YAML::Mark& mark, const std::string& key) {
        Open& map = open_.back();
        if (key == "<<")
            refuse(mark, "merge keys are not used here", "write the values out, or give a whole section an alias");
        const auto [previous, is_new] = map.keys.emplace(key, place(mark));
        if (!is_new) {
            refuse(mark, "\"" + key + "\" is given twice; the first is in line " + std::to_string(previous->second.line),
                   "keep one of the two");
        }
        map.node->entries.push_back({key, place(mark), nullptr});
        map.has_key = true;
    }

    void open(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        refuse_tag(mark, tag);
        if (wants_key())
            refuse(mark, "a key must be a word", "is a colon missing, a quote around a key, or a bracket left open?");
        if (open_.size() >= limits_.depth) {
            refuse(mark, "nested more than " + std::to_string(limits_.depth) + " deep",
                   "no study needs this; is it the right file?");
        }
        open_.push_back({new_node(kind, mark), anchor, {}});
    }

    void close() {
        Open closed = std::move(open_.back());
        open_.pop_back();
        finish(std::move(closed.node), closed.anchor);
    }

    void finish(YamlNodePtr node, YAML::anchor_t anchor) {
        if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
        const YAML::Mark mark = mark_of(*node);
        attach(std::move(node), mark);
    }

    [[nodiscard]] static YAML::Mark mark_of(const YamlNode& node) {
        YAML::Mark mark;
        mark.line = node.place.line - 1;
        mark.column = node.place.column - 1;
        return mark;
    }

    void attach(YamlNodePtr child, const YAML::Mark& mark) {
        if (open_.empty()) {
            root_ = std::move(child);
            return;
        }
        Open& parent = open_.back();
        parent.node->size += child->size;
        if (parent.node->size > limits_.nodes) {
            refuse(mark, "more than " + std::to_string(limits_.nodes) + " values after following the aliases",
                   "put long tables into a csv file");
        }
        if (parent.node->kind == Kind::list) {
            parent.node->items.push_back(std::move(child));
        } else {
            parent.node->entries.back().value = std::move(child);
            parent.has_key = false;
        }
    }

    std::vector<std::string_view> lines_;
    const std::string& file_;
    const YamlLimits& limits_;
    std::vector<Open> open_;
    std::unordered_map<YAML::anchor_t, YamlNodePtr> anchors_;
    YamlNodePtr root_;
};

void refuse_tabs(std::string_view text, const std::string& file) {
    int line = 1;
    for (std::size_t begin = 0; begin < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view this_line = text.substr(begin, end - begin);
        const std::size_t word = std::min(this_line.find_first_not_of(" \t\r"), this_line.size());
        const std::size_t tab = this_line.find('\t');
        if (tab < word && word < this_line.size() && this_line[word] != '#') {
            throw InputError({file, line, static_cast<int>(tab) + 1}, "a tab is used to indent", "indent with spaces");
        }
        begin = end + 1;
    }
}

/// yaml-cpp's words for a syntax error, made to fit ours.
[[noreturn]] void refuse_syntax(const YAML::ParserException& error, const std::string& file) {
    const Place place = error.mark.is_null() ? Place{file} : Place{file, error.mark.line + 1, error.mark.column + 1};
    throw InputError(place, "this is not YAML: " + error.msg,
                     "look for a missing colon, quote or bracket in this line or the one before");
}

}  // namespace

YamlNodePtr parse_yaml(std::string_view text, const std::string& file, const YamlLimits& limits) {
    text = require_utf8_text(text, file);
    refuse_tabs(text, file);
    std::istringstream stream{std::string(text)};
    TreeBuilder tree(text, file, limits);
    TreeBuilder surplus(text, file, limits);
    try {
        YAML::Parser parser(stream);
        parser.HandleNextDocument(tree);
        if (parser.HandleNextDocument(surplus) && surplus.root()) {
            throw InputError(surplus.root()->place, "a second document starts here", "keep one document in a file");
        }
    } catch (const YAML::ParserException& error) {
        refuse_syntax(error, file);
    }
    if (!tree.root() || tree.root()->kind == Kind::empty) {
        throw InputError({file}, "there is nothing in this file but comments",
                         "see cohorts/ for examples to start from");
    }
    return tree.root();
}

YamlNodePtr read_yaml(const std::filesystem::path& path, const YamlLimits& limits) {
    return parse_yaml(read_text_file(path, limits.bytes), path.string(), limits);
}

}  // namespace kohort::io
