#include "benchmarks/losartan_problem.hpp"

#include "base/errors.hpp"
#include "benchmarks/trial_problem.hpp"
#include "codegen/files.hpp"
#include "codegen/process.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace kohort::benchmarks {
namespace {

namespace fs = std::filesystem;

constexpr const char* model = "koenig-pbpk/losartan/losartan_body_flat.xml";

fs::path repository() { return fs::path(KOHORT_BENCHMARKS_DIR).parent_path(); }

fs::path packed_models() {
    const char* const data = std::getenv("KOHORT_TEST_DATA");
    const fs::path root = data == nullptr ? repository() / "../shared/data" : fs::path(data);
    return root / "biomodels" / "pbpk.tar.xz";
}

}  // namespace

bool has_losartan() {
    if (fs::exists(packed_models())) return true;
    std::fprintf(stderr, "LOS skipped: no data (%s)\n", packed_models().c_str());
    return false;
}

Problem losartan_day(std::int64_t n_twins) {
    constexpr int mg100 = 1;  // the arm
    const codegen::TemporaryFolder work(fs::temp_directory_path(), "kohort-losartan-");
    const auto unpacked = codegen::run_process({"cmake", "-E", "chdir", work.path().string(), "cmake", "-E", "tar",
                                                "xJf", fs::absolute(packed_models()).string(), model},
                                               work.path() / "log.txt");
    if (!unpacked.started || unpacked.exit_code != 0)
        throw InputError({.file = packed_models().string()}, "the model cannot be unpacked",
                         "is cmake there, which unpacks it?");
    const fs::path study = (work.path() / model).parent_path() / "trial.yaml";
    fs::copy_file(repository() / "cohorts/losartan-pbpk/trial.yaml", study);
    constexpr double quarter_hour = 15.0;  // [min]
    Problem problem = trial_problem("LOS", study, mg100, quarter_hour, n_twins);
    problem.about =
        "the study losartan-pbpk, arm of 100 mg: a day, 30 % variability on six clearances, output every 15 min";
    return problem;
}

}  // namespace kohort::benchmarks
