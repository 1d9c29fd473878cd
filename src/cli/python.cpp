#include "cli/python.hpp"

#include "base/errors.hpp"
#include "base/text.hpp"
#include "codegen/files.hpp"
#include "codegen/process.hpp"

#include <cstdlib>

namespace kohort::cli {

namespace {

constexpr int no_matplotlib = 3;

std::string python_program() {
    const char* const chosen = std::getenv("KOHORT_PYTHON");
    return chosen != nullptr && *chosen != '\0' ? chosen : "python3";
}

}  // namespace

void run_python(const std::vector<std::string>& arguments, const std::filesystem::path& result) {
    const codegen::TemporaryFolder work(std::filesystem::temp_directory_path(), "kohort-python-");
    const std::filesystem::path log = work.path() / "log.txt";
    const std::string python = python_program();
    std::vector<std::string> argv{python};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const codegen::ProcessResult run = codegen::run_process(argv, log);
    const Place place{.file = result.string()};
    if (!run.started)
        throw InputError(place, "pictures are drawn by Python, and '" + python + "' cannot be run: " + run.problem,
                         "install python3 with matplotlib, or set KOHORT_PYTHON to one that has it");
    if (run.exit_code == no_matplotlib)
        throw InputError(place, "pictures are drawn by matplotlib, which '" + python + "' does not have",
                         "install it (Debian: python3-matplotlib), or set KOHORT_PYTHON to a Python that has it");
    if (run.exit_code == 0) return;
    const std::string printed = codegen::read_file(log).value_or("");
    const std::string_view text = trim(printed);
    throw InputError(place, "the picture could not be drawn: " + std::string(text.substr(text.rfind('\n') + 1)),
                     "is the folder there, and the ending png, svg or pdf?");
}

}  // namespace kohort::cli
