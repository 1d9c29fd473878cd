#include "compiled_text.hpp"
#include "toy_models.hpp"

#include "base/errors.hpp"
#include "codegen/plugin_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <fstream>

namespace kohort::codegen {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A cache of its own, and headers that make plug-ins as light as the cache's tests need: kohort_plugin gives the hash.
class PluginCache : public testing::Test {
protected:
    PluginCache() : folder_(fs::temp_directory_path(), "kohort-cache-test-") {
        fs::create_directories(folder_.path() / "include" / "kernels");
        write_header(
            "#define KOHORT_PLUGIN(Model, W, hash) extern \"C\" [[gnu::visibility(\"default\")]] "
            "const char* kohort_plugin() { return hash; }\n");
        options_ = default_compile_options();
        options_.by_build = false;  // what this build shipped is not looked for
        options_.flags = {"-std=c++20", "-fPIC", "-shared", "-fvisibility=hidden"};  // what is compiled hardly matters here
        options_.include_dirs.insert(options_.include_dirs.begin(), folder_.path() / "include");
        options_.cache = folder_.path() / "cache";
        options_.lanes = 1;
    }

    void write_header(const std::string& text) {
        write_file(folder_.path() / "include" / "kernels" / "plugin_main.hpp", "#pragma once\n" + text);
    }
    static std::string hash_in(const CompiledPlugin& plugin) {
        const Plugin library(plugin.file);
        return reinterpret_cast<const char* (*)()>(library.symbol("kohort_plugin"))();
    }
    [[nodiscard]] std::string error_of_compiling() const {
        try {
            (void)compile(program_, options_);
        } catch (const InputError& error) {
            return error.what();
        }
        return "no error";
    }

    TemporaryFolder folder_;
    CompileOptions options_;
    Program program_ = lower(toys::predator_and_prey(), {});
};

TEST_F(PluginCache, compiles_once_and_finds_it_again) {
    const CompiledPlugin first = compile(program_, options_);
    EXPECT_FALSE(first.from_cache);
    EXPECT_EQ(hash_in(first), hash_of(program_));
    EXPECT_TRUE(fs::exists(fs::path(first.file).replace_extension(".cpp")));
    const CompiledPlugin second = compile(program_, options_);
    EXPECT_TRUE(second.from_cache);
    EXPECT_EQ(second.file, first.file);
    EXPECT_EQ(std::distance(fs::directory_iterator(options_.cache), {}), 2) << "only the plug-in and its source stay";

    options_.more_caches = {options_.cache};
    options_.cache = folder_.path() / "other";
    EXPECT_TRUE(compile(program_, options_).from_cache);
    EXPECT_FALSE(fs::exists(options_.cache));
}

TEST_F(PluginCache, has_another_key_for_other_flags_lanes_headers_and_programs) {
    std::vector<std::string> keys{compile(program_, options_).key};
    const auto add_key = [&](const Program& program, const CompileOptions& options) {
        keys.push_back(compile(program, options).key);
    };
    CompileOptions other = options_;
    other.flags.emplace_back("-DSOMETHING=1");
    add_key(program_, other);
    other = options_;
    other.lanes = 2;
    add_key(program_, other);
    add_key(lower(toys::predator_and_prey(), {.observables = {"prey"}}), options_);
    write_header(
        "#define KOHORT_PLUGIN(Model, W, hash) extern \"C\" [[gnu::visibility(\"default\")]] "
        "const char* kohort_plugin() { return \"changed\"; }\n");
    add_key(program_, options_);
    std::sort(keys.begin(), keys.end());
    EXPECT_EQ(std::unique(keys.begin(), keys.end()), keys.end());
}

TEST_F(PluginCache, needs_no_compiler_for_what_came_with_the_build) {
    CompileOptions build = options_;
    build.by_build = true;
    build.more_caches = {options_.cache};
    const CompiledPlugin made = compile(program_, build);
    CompileOptions elsewhere = build;
    elsewhere.compiler = "no-such-compiler";
    elsewhere.cache = folder_.path() / "users";
    const CompiledPlugin found = compile(program_, elsewhere);
    EXPECT_TRUE(found.from_cache);
    EXPECT_EQ(found.file, made.file);

    const auto refuses = [&](const Program& program, const CompileOptions& options) {
        EXPECT_THROW((void)compile(program, options), InputError);
    };
    refuses(lower(toys::ring(3), {}), elsewhere);
    CompileOptions flags = elsewhere;
    flags.flags.emplace_back("-DSOMETHING=1");
    refuses(program_, flags);
    CompileOptions chosen = elsewhere;
    chosen.by_build = false;
    refuses(program_, chosen);
    const std::string sound = read_file(made.file).value();
    write_file(made.file, sound.substr(0, sound.size() / 2));
    refuses(program_, elsewhere);
    write_file(made.file, sound);
    write_header("#define KOHORT_PLUGIN(Model, W, hash)\n");
    refuses(program_, elsewhere);
}

TEST_F(PluginCache, compiles_once_for_all_values_of_parameters) {
    const CompiledPlugin first = compile(program_, options_);
    Program changed = program_;
    for (model::Parameter& parameter : changed.model.parameters) parameter.value *= 2.0;
    const CompiledPlugin second = compile(changed, options_);
    EXPECT_TRUE(second.from_cache);
    EXPECT_EQ(second.key, first.key);
}

TEST_F(PluginCache, compiles_damaged_and_foreign_files_again) {
    const CompiledPlugin made = compile(program_, options_);
    const std::string sound = read_file(made.file).value();
    std::string flipped = sound;
    flipped[sound.size() / 2] = static_cast<char>(flipped[sound.size() / 2] ^ 1);
    const CompiledPlugin other = compile(lower(toys::ring(3), {}), options_);
    for (const std::string& wrong : {flipped, sound.substr(0, sound.size() / 2), std::string(),
                                     std::string("not a library"), sound + "x", read_file(other.file).value()}) {
        write_file(made.file, wrong);
        const CompiledPlugin again = compile(program_, options_);
        EXPECT_FALSE(again.from_cache) << wrong.size();
        EXPECT_EQ(hash_in(again), hash_of(program_));
    }
}

TEST_F(PluginCache, lets_one_of_two_processes_compile) {
    std::vector<pid_t> children;
    for (int child = 0; child < 2; ++child) {
        const pid_t pid = fork();
        if (pid == 0) _exit(compile(program_, options_).from_cache ? 10 : 11);
        children.push_back(pid);
    }
    int n_compiled = 0;
    for (const pid_t child : children) {
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) >= 10);
        n_compiled += WEXITSTATUS(status) - 10;
    }
    EXPECT_EQ(n_compiled, 1);
    EXPECT_EQ(hash_in(compile(program_, options_)), hash_of(program_));
}

TEST_F(PluginCache, says_which_compiler_is_missing_and_what_to_do) {
    options_.compiler = "no-such-compiler; touch /";
    EXPECT_THAT(error_of_compiling(), testing::AllOf(HasSubstr("no-such-compiler; touch /"), HasSubstr("KOHORT_CXX")));
}

TEST_F(PluginCache, points_to_the_log_of_a_failed_compilation) {
    write_header("#error this header is broken\n");
    const std::string error = error_of_compiling();
    const auto log = error.find(options_.cache.string());
    ASSERT_NE(log, std::string::npos) << error;
    EXPECT_THAT(read_file(error.substr(log)).value_or(""), HasSubstr("this header is broken"));
    EXPECT_THAT(error, HasSubstr("predator and prey"));
}

TEST_F(PluginCache, refuses_a_cache_that_cannot_be_written) {
    write_file(folder_.path() / "file", "");
    options_.cache = folder_.path() / "file" / "cache";
    EXPECT_THAT(error_of_compiling(), testing::AllOf(HasSubstr("file/cache"), HasSubstr("KOHORT_CACHE")));
}

TEST(Plugin, refuses_what_is_not_a_library) {
    const TemporaryFolder folder(fs::temp_directory_path(), "kohort-plugin-test-");
    write_file(folder.path() / "a.so", "text");
    EXPECT_THROW(Plugin(folder.path() / "a.so"), InputError);
    EXPECT_THROW(Plugin(folder.path() / "missing.so"), InputError);
}

TEST(Process, passes_words_on_without_a_shell) {
    const TemporaryFolder folder(fs::temp_directory_path(), "kohort-process-test-");
    const fs::path output = folder.path() / "output";
    const ProcessResult result = run_process({"printf", "%s|", "a b", "$(id)", "; exit 3", "*"}, output);
    EXPECT_TRUE(result.started);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(read_file(output), "a b|$(id)|; exit 3|*|");
    EXPECT_EQ(run_process({"false"}, output).exit_code, 1);
    EXPECT_FALSE(run_process({"no such program"}, output).started);
}

TEST(Toolchain, finds_the_widest_lanes_that_the_flags_allow) {
    CompileOptions options = default_compile_options();
    options.flags = {"-std=c++20"};
#if defined(__x86_64__)
    options.flags = {"-std=c++20", "-mavx512f"};
    const Toolchain wide = examine_toolchain(options);
    EXPECT_EQ(wide.lanes, 8);
    options.flags = {"-std=c++20", "-mavx2", "-mno-avx512f"};
    const Toolchain middle = examine_toolchain(options);
    EXPECT_EQ(middle.lanes, 4);
    EXPECT_NE(middle.identity, wide.identity);
    options.flags = {"-std=c++20", "-mno-avx"};
#endif
    EXPECT_EQ(examine_toolchain(options).lanes, 2);
}

}  // namespace
}  // namespace kohort::codegen
