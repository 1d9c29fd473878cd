#include "io/paths.hpp"

#include "base/errors.hpp"
#include "base/text.hpp"
#include "base/version.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>

namespace kohort::io {
namespace {

namespace fs = std::filesystem;

/// Roots that hold kernels/models and cohorts, in the order of search.
std::vector<fs::path> roots() {
    std::vector<fs::path> roots;
    if (const char* listed = std::getenv("KOHORT_PATH")) {
        for (const std::string_view folder : split(listed, ':')) {
            if (!folder.empty()) roots.emplace_back(folder);
        }
    }
    roots.emplace_back(source_folder);
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) roots.push_back(program.parent_path().parent_path() / "share" / "kohort");
    return roots;
}

/// What is shipped under a folder: name of an entry -> its file, or nothing if the entry is something else.
struct Kind {
    const char* word;
    fs::path folder;  // below a root
    std::optional<std::string> (*name)(const fs::path& entry);
    fs::path file;  // below the entry, when entries are folders
};

std::optional<std::string> model_name(const fs::path& entry) {
    if (fs::exists(entry / "modules.txt")) return entry.filename().string();
    const std::set<std::string> endings{".txt", ".sund", ".xml"};
    if (!endings.contains(entry.extension().string()) || entry.filename() == "CMakeLists.txt") return std::nullopt;
    return entry.stem().string();
}

std::optional<std::string> cohort_name(const fs::path& entry) {
    if (!fs::exists(entry / "cohort.yaml")) return std::nullopt;
    return entry.filename().string();
}

std::optional<std::string> study_name(const fs::path& entry) {
    if (!fs::exists(entry / "study.yaml")) return std::nullopt;
    return entry.filename().string();
}

const Kind models{"model", fs::path("kernels") / "models", model_name, {}};
const Kind cohorts{"cohort", "cohorts", cohort_name, "cohort.yaml"};
const Kind studies{"study", "cohorts", study_name, "study.yaml"};

template <class Visit>
void for_each_shipped(const Kind& kind, Visit&& visit) {
    for (const fs::path& root : roots()) {
        std::error_code error;
        std::vector<fs::path> entries;
        for (const auto& entry : fs::directory_iterator(root / kind.folder, error)) entries.push_back(entry.path());
        std::sort(entries.begin(), entries.end());
        for (const fs::path& entry : entries) {
            if (const auto name = kind.name(entry)) visit(*name, kind.file.empty() ? entry : entry / kind.file);
        }
    }
}

std::vector<std::string> list(const Kind& kind) {
    std::set<std::string> names;
    for_each_shipped(kind, [&](const std::string& name, const fs::path&) { names.insert(name); });
    return {names.begin(), names.end()};
}

fs::path find(const Kind& kind, const std::string& wanted) {
    std::optional<fs::path> found;
    for_each_shipped(kind, [&](const std::string& name, const fs::path& file) {
        if (!found && name == wanted) found = file;
    });
    if (found) return *found;
    throw InputError({}, std::string("there is no shipped ") + kind.word + " \"" + wanted + "\"",
                     suggest(wanted, list(kind)));
}

}  // namespace

fs::path find_model(const std::string& name) { return find(models, name); }
fs::path find_cohort(const std::string& name) { return find(cohorts, name); }
fs::path find_study(const std::string& name) { return find(studies, name); }

fs::path find_shipped(const fs::path& file) {
    for (const fs::path& root : roots())
        if (fs::exists(root / file)) return root / file;
    throw InputError({file.string()}, "this file of Kohort's own is not found", "set KOHORT_PATH to where Kohort is");
}

std::vector<std::string> list_models() { return list(models); }
std::vector<std::string> list_cohorts() { return list(cohorts); }
std::vector<std::string> list_studies() { return list(studies); }

}  // namespace kohort::io
