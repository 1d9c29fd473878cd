#include "codegen/plugin_cache.hpp"

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "codegen/files.hpp"
#include "codegen/generate.hpp"
#include "codegen/process.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <optional>

namespace kohort::codegen {
namespace {

namespace fs = std::filesystem;

// Appended to the shared object, where the loader does not look: key, digest of the bytes before, and this mark.
constexpr std::string_view mark = "kohort plug-in 1";
constexpr std::size_t hex_digits = 64;

std::string seal(const std::string& key, std::string_view library) {
    return key + sha256_hex(library) + std::string(mark);
}

/// The file is a plug-in made for this key, and no byte of it has changed.
bool is_sound(const fs::path& file, const std::string& key) {
    const auto bytes = read_file(file);
    constexpr std::size_t seal_length = 2 * hex_digits + mark.size();
    if (!bytes || bytes->size() < seal_length) return false;
    const std::string_view whole(*bytes);
    const std::size_t length = whole.size() - seal_length;
    return whole.substr(length) == seal(key, whole.substr(0, length));
}

/// Held by one process at a time. The file is removed when done: whoever still waits for it finds the plug-in made.
class Lock {
public:
    explicit Lock(fs::path file)
        : file_(std::move(file)), handle_(open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        if (handle_ < 0) {
            throw InputError({.file = file_.parent_path().string()}, "compiled models cannot be kept in this folder",
                             "set KOHORT_CACHE to a folder that you may write to");
        }
        while (flock(handle_, LOCK_EX) != 0 && errno == EINTR) {
        }
    }
    ~Lock() {
        unlink(file_.c_str());
        close(handle_);
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

private:
    fs::path file_;
    int handle_;
};

void make_cache(const fs::path& cache) {
    std::error_code error;
    fs::create_directories(cache, error);
    if (!fs::is_directory(cache)) {
        throw InputError({.file = cache.string()}, "the folder for compiled models cannot be made: " + error.message(),
                         "set KOHORT_CACHE to a folder that you may write to");
    }
}

/// Keeps source and log of a failed compilation, so that the message can point to them.
fs::path keep_failure(const fs::path& work, const fs::path& cache, const std::string& key) {
    const fs::path kept = cache / ("failed-" + key.substr(0, 16));
    std::error_code ignored;
    fs::remove_all(kept, ignored);
    fs::create_directories(kept, ignored);
    for (const char* name : {"model.cpp", "log.txt"}) fs::copy_file(work / name, kept / name, ignored);
    return kept / "log.txt";
}

/// Compiles in a folder of its own, then moves source and sealed library into the cache, each in one stroke.
double build(const std::string& text, const std::string& model, const CompileOptions& options, const std::string& key,
             const fs::path& file) {
    const TemporaryFolder work(options.cache, "work-");
    const fs::path source = work.path() / "model.cpp";
    const fs::path library = work.path() / "model.so";
    write_file(source, text);

    std::vector<std::string> argv{options.compiler};
    argv.insert(argv.end(), options.flags.begin(), options.flags.end());
    for (const fs::path& include : options.include_dirs) argv.insert(argv.end(), {"-I", include.string()});
    argv.insert(argv.end(), {"-o", library.string(), source.string()});

    const auto start = std::chrono::steady_clock::now();
    const ProcessResult result = run_process(argv, work.path() / "log.txt");
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const auto bytes = read_file(library);
    if (!result.started || result.exit_code != 0 || !bytes) {
        throw InputError({},
                         "the compiler '" + options.compiler + "' failed on the code made from model '" + model + "'",
                         "its messages are in " + keep_failure(work.path(), options.cache, key).string());
    }
    write_file(library, *bytes + seal(key, *bytes));
    fs::rename(source, fs::path(file).replace_extension(".cpp"));
    fs::rename(library, file);
    return seconds.count();
}

// --- plug-ins that were compiled with the build: found without asking a compiler, which need not be there ---

/// Beside such a plug-in lies a file of this name that holds the plug-in's key.
std::string shipped_name(const std::string& text, const CompileOptions& options) {
    return Sha256().add("shipped\n").add(identity_of_headers(options)).add(text).hex() + ".shipped";
}

std::optional<CompiledPlugin> find_shipped(const std::string& text, const CompileOptions& options) {
    const std::string name = shipped_name(text, options);
    for (const fs::path& cache : options.more_caches) {
        const std::string key = read_file(cache / name).value_or("");
        const fs::path file = cache / (key + ".so");
        if (key.size() == hex_digits && is_sound(file, key))
            return CompiledPlugin{.file = file, .key = key, .from_cache = true};
    }
    return std::nullopt;
}

/// The build fills a folder that users look in later.
void note_shipped(const std::string& text, const CompileOptions& options, const std::string& key) {
    std::error_code none;
    const auto is_cache = [&](const fs::path& cache) { return fs::equivalent(cache, options.cache, none); };
    if (!options.by_build || std::none_of(options.more_caches.begin(), options.more_caches.end(), is_cache)) return;
    const TemporaryFolder work(options.cache, "work-");
    const std::string name = shipped_name(text, options);
    write_file(work.path() / name, key);
    fs::rename(work.path() / name, options.cache / name);
}

/// lanes: of doubles, those that pay. Half as long, floats fill as many registers with twice as many lanes.
std::string text_of(const Program& program, const CompileOptions& options, int lanes) {
    if (options.precision == Precision::mixed) lanes *= 2;
    return generate_plugin(program, options.lanes > 0 ? options.lanes : lanes, options.precision);
}

}  // namespace

CompiledPlugin compile(const Program& program, const CompileOptions& options) {
    if (options.by_build) {
        const std::string text = text_of(program, options, lanes_of_build());
        if (auto shipped = find_shipped(text, options)) return *std::move(shipped);
    }
    const Toolchain toolchain = examine_toolchain(options);
    const std::string text = text_of(program, options, toolchain.lanes);
    CompiledPlugin plugin{.file = {}, .key = Sha256().add(toolchain.identity).add(text).hex(), .from_cache = true};
    const auto found_in = [&](const fs::path& cache) {
        plugin.file = cache / (plugin.key + ".so");
        return is_sound(plugin.file, plugin.key);
    };
    for (const fs::path& cache : options.more_caches) {
        if (!found_in(cache)) continue;
        note_shipped(text, options, plugin.key);
        return plugin;
    }
    if (found_in(options.cache)) return plugin;

    make_cache(options.cache);
    const Lock lock(options.cache / (plugin.key + ".lock"));
    if (found_in(options.cache)) return plugin;
    plugin.from_cache = false;
    if (options.before_compiling) options.before_compiling();
    plugin.seconds = build(text, program.model.name, options, plugin.key, plugin.file);
    note_shipped(text, options, plugin.key);
    return plugin;
}

}  // namespace kohort::codegen
