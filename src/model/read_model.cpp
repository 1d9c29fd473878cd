#include "model/read_model.hpp"

#include "base/text.hpp"
#include "model/compose.hpp"
#include "model/iqm.hpp"
#include "model/iqm_text.hpp"
#include "model/model_file.hpp"
#include "model/sbml.hpp"
#include "model/sund.hpp"
#include "model/tokens.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kohort::model {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view composition_name = "modules.txt";
constexpr std::size_t most_modules = 1000;

bool has_line_starting(std::string_view text, std::string_view start) {
    return text.starts_with(start) || text.find("\n" + std::string(start)) != std::string_view::npos;
}

// All XML is taken for SBML: whose reader says what is wrong with it.
bool is_xml(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    return trim(text).starts_with('<');
}

Model read_text_model(const std::string& text, const std::string& file) {
    const Place place{file, 0, 0};
    if (is_xml(text)) return read_sbml(text, file);
    if (has_line_starting(text, "########## ")) return read_sund(text, file);
    const auto is_iqm_header = [](std::string_view line) { return !iqm_header(line).empty(); };
    if (std::ranges::any_of(split(text, '\n'), is_iqm_header)) return read_iqm(text, file);
    throw InputError(
        place, "this is not a model text",
        "a SUND text has headers such as `########## STATES`, an IQM text such as `********** MODEL STATES`; "
        "SBML is XML");
}

// The words of a line before a comment.
std::vector<std::string> words_of(std::string_view line) {
    line = line.substr(0, line.find('#'));
    std::vector<std::string> words;
    std::string word;
    for (const char letter : line) {
        const bool blank = letter == ' ' || letter == '\t' || letter == '\r';
        if (!blank) word += letter;
        if (blank && !word.empty()) words.push_back(std::exchange(word, {}));
    }
    if (!word.empty()) words.push_back(word);
    return words;
}

Model read_module(const std::string& name, const fs::path& path, const Place& place) {
    if (!is_name(name)) throw InputError(place, "`" + name + "` is not a name for a module", "write `name file.txt`");
    std::error_code error;
    if (!fs::exists(path, error))
        throw InputError(place, "the file of module `" + name + "` is not there: " + path.string(),
                         "names are relative to the folder of this file");
    Model module = read_text_model(read_model_file(path), path.string());
    module.name = name;
    return module;
}

Model read_composition(const fs::path& path) {
    const std::string file = path.string();
    const std::string text = read_model_file(path);
    ComposeOptions options;
    std::vector<Model> modules;
    int number = 0;
    for (const std::string_view line : split(text, '\n')) {
        const Place place{file, ++number, 1};
        const std::vector<std::string> words = words_of(line);
        if (words.empty()) continue;
        if (words.size() != 2)
            throw InputError(place, "this line is neither a module nor the time unit",
                             "write `name file.txt` or `time_unit d`");
        if (modules.size() == most_modules)
            throw InputError(place, "there are more than " + std::to_string(most_modules) + " modules",
                             "join some of them in one text");
        if (words[0] != "time_unit") {
            modules.push_back(read_module(words[0], path.parent_path() / words[1], place));
            continue;
        }
        if (!options.time_unit.empty()) throw InputError(place, "the time unit is given twice", "keep one");
        options = {.time_unit = words[1], .place = place};
    }
    if (modules.empty())
        throw InputError({file, 0, 0}, "no modules are listed", "write a line `name file.txt` for each");
    const std::string name = fs::absolute(path).parent_path().filename().string();
    Model model = compose(std::move(modules), name, options);
    model.sources.insert(model.sources.begin(), file);
    return model;
}

}  // namespace

Model read_model(const std::filesystem::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
        const fs::path alone = path / (fs::absolute(path / ".").parent_path().filename().string() + ".txt");
        const bool composed = fs::exists(path / composition_name, error) || !fs::exists(alone, error);
        return read_model(composed ? path / composition_name : alone);
    }
    if (path.filename() == composition_name) return read_composition(path);
    return read_text_model(read_model_file(path), path.string());
}

}  // namespace kohort::model
