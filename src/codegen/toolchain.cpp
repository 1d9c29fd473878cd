#include "codegen/toolchain.hpp"

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "codegen/files.hpp"
#include "codegen/process.hpp"

#include <algorithm>
#include <cstdlib>

namespace kohort::codegen {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

fs::path default_cache() {
    if (const std::string cache = environment("KOHORT_CACHE"); !cache.empty()) return cache;
    if (const std::string cache = environment("XDG_CACHE_HOME"); !cache.empty())
        return fs::path(cache) / "kohort" / "plugins";
    if (const std::string home = environment("HOME"); !home.empty())
        return fs::path(home) / ".cache" / "kohort" / "plugins";
    throw InputError({}, "there is no folder to keep compiled models in: HOME is not set",
                     "set KOHORT_CACHE to a folder that you may write to");
}

/// What the compiler prints when it is run with arguments.
std::string ask(const CompileOptions& options, const std::vector<std::string>& arguments) {
    const TemporaryFolder folder(fs::temp_directory_path(), "kohort-ask-");
    const fs::path answer = folder.path() / "answer";
    std::vector<std::string> argv{options.compiler};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const ProcessResult result = run_process(argv, answer);
    if (!result.started) {
        throw InputError({},
                         "models are compiled at run time, and the C++ compiler '" + options.compiler +
                             "' cannot be run: " + result.problem,
                         "install it, or set KOHORT_CXX to a compiler for C++20");
    }
    std::string text = read_file(answer).value_or("");
    if (result.exit_code != 0) {
        throw InputError({},
                         "the C++ compiler '" + options.compiler + "' refuses '" + join(arguments, " ") +
                             "': " + std::string(trim(text)),
                         "set KOHORT_CXX to another compiler for C++20");
    }
    return text;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// The compiler's own macros under these flags: among them one for each feature of the target.
std::string predefined_macros(const CompileOptions& options) {
    std::vector<std::string> arguments;
    for (const std::string& flag : options.flags) {
        if (flag != "-shared") arguments.push_back(flag);
    }
    arguments.insert(arguments.end(), {"-dM", "-E", "-x", "c++", "/dev/null"});
    return ask(options, arguments);
}

/// The text of every header that a plug-in may include.
void add_headers(Sha256& hash, const CompileOptions& options) {
    for (const fs::path& include : options.include_dirs) {
        for (const char* folder : {"base", "kernels"}) {
            std::vector<fs::path> headers;
            std::error_code none;
            for (const auto& entry : fs::directory_iterator(include / folder, none)) {
                if (entry.path().extension() == ".hpp") headers.push_back(entry.path());
            }
            std::sort(headers.begin(), headers.end());
            for (const fs::path& header : headers) {
                const std::string text = read_file(header).value_or("");
                hash.add(header.filename().string()).add(" " + std::to_string(text.size()) + "\n").add(text);
            }
        }
    }
}

int widest_lanes(const std::string& macros) {
    const auto defines = [&](const char* macro) {
        return macros.find(std::string("#define ") + macro + " ") != std::string::npos;
    };
    if (defines("__AVX512F__")) return 8;
    return defines("__AVX__") ? 4 : 2;
}

}  // namespace

CompileOptions default_compile_options() {
    CompileOptions options;
    const std::string chosen = environment("KOHORT_CXX");
    options.compiler = chosen.empty() ? std::string(plugin_compiler) : chosen;
    options.by_build = chosen.empty();
    for (const std::string_view flag : split(plugin_flags, ' ')) {
        if (!flag.empty()) options.flags.emplace_back(flag);
    }
    options.flags.emplace_back("-fvisibility=hidden");  // only kohort_plugin is seen from outside
    const fs::path root(source_folder);
    options.include_dirs = {root, root / "src"};
    options.cache = default_cache();
    options.more_caches = {fs::path(plugin_folder)};
    return options;
}

std::string identity_of_headers(const CompileOptions& options) {
    Sha256 hash;
    for (const std::string& flag : options.flags) hash.add(std::to_string(flag.size()) + ":" + flag + "\n");
    add_headers(hash, options);
    return hash.hex();
}

int lanes_of_build() {
#if defined(__AVX512F__)
    return 8;
#elif defined(__AVX__)
    return 4;
#else
    return 2;
#endif
}

Toolchain examine_toolchain(const CompileOptions& options) {
    const std::string macros = predefined_macros(options);
    Sha256 hash;
    hash.add(first_line(ask(options, {"--version"}))).add("\n").add(macros).add(identity_of_headers(options));
    return {.identity = hash.hex(), .lanes = widest_lanes(macros)};
}

}  // namespace kohort::codegen
