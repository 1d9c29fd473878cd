// What the streaming estimators of a field-valued study cost, and its values for others to work on.
//
//     bench_field STUDY [VALUES.npy [SAMPLES]]    prints JSON; SAMPLES: of the design, fewer for a trial
//
// VALUES: float64 (cells, runs), what no study of ours keeps.
#include "cli/prepared_uncertainty.hpp"
#include "engine/kernel.hpp"
#include "uncertainty/pick_freeze.hpp"
#include "uncertainty/pick_freeze_sums.hpp"
#include "uncertainty/sobol_indices.hpp"

#include <Kokkos_Core.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace kohort;
using namespace kohort::uncertainty;
using Json = nlohmann::ordered_json;

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Memory of this process that is in use and not a file's [bytes].
std::int64_t resident_bytes() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        std::int64_t kilobytes = 0;
        if (word == "RssAnon:" && status >> kilobytes) return 1024 * kilobytes;
    }
    return 0;
}

/// Keeps every value, beside what the study makes of them.
class ValueFile {
public:
    ValueFile(const std::string& path, int cells, std::int64_t runs)
        : out_(path, std::ios::binary), cells_(cells), runs_(runs), begin_(header(cells, runs).size()) {
        out_ << header(cells, runs);
    }
    void add(std::int64_t block, const BlockValues& values) {
        std::vector<double> of_cell(static_cast<std::size_t>(values.rows()));
        for (int cell = 0; cell < cells_; ++cell) {
            values.read(cell, of_cell);
            const std::int64_t place = cell * runs_ + block * values.rows();
            out_.seekp(static_cast<std::streamoff>(begin_) + static_cast<std::streamoff>(sizeof(double)) * place);
            out_.write(reinterpret_cast<const char*>(of_cell.data()),
                       static_cast<std::streamsize>(of_cell.size() * sizeof(double)));
        }
    }

private:
    /// NumPy's format 1.0: numpy.lib.format
    static std::string header(int cells, std::int64_t runs) {
        std::string text = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + std::to_string(cells) + ", " +
                           std::to_string(runs) + "), }";
        constexpr std::size_t before = 10;
        while ((before + text.size() + 1) % 64 != 0) text += ' ';
        text += '\n';
        std::string all("\x93NUMPY\x01\x00", 8);
        all += static_cast<char>(text.size() & 0xffU);
        all += static_cast<char>(text.size() >> 8U);
        return all + text;
    }

    std::ofstream out_;
    int cells_;
    std::int64_t runs_;
    std::size_t begin_;
};

/// The study's own analysis, the values for others, and for the features the sums, from which all estimators can be had.
class Observed final : public Analysis {
public:
    Observed(std::unique_ptr<Analysis> study, const PickFreeze& design, const std::vector<ValueGrid>& grids,
             int first_cell, std::optional<ValueFile> file)
        : study_(std::move(study)),
          design_(design),
          first_(first_cell),
          sums_({.cells = static_cast<int>(grids.size()), .groups = design.groups()}, grids),
          file_(std::move(file)) {}

    void add(std::int64_t block, const BlockValues& values) override {
        const double began = seconds_now();
        study_->add(block, values);
        seconds_ += seconds_now() - began;
        if (file_) file_->add(block, values);
        std::vector<double> of_cell(static_cast<std::size_t>(values.rows()));
        for (int cell = 0; cell < sums_.shape().cells; ++cell) {
            values.read(first_ + cell, of_cell);
            sums_.add(0, cell, of_cell, scratch_);
        }
    }
    [[nodiscard]] std::vector<StatePiece> pieces() override { return study_->pieces(); }
    void report(Findings& findings, engine::Communicator& communicator) const override {
        study_->report(findings, communicator);
    }
    [[nodiscard]] Widest widest_interval(const CellShare& cells, double at_least_variance) const override {
        return study_->widest_interval(cells, at_least_variance);
    }
    [[nodiscard]] double seconds_adding() const { return seconds_; }

    [[nodiscard]] Json indices(int cell) const {
        const CellSums sums = sums_.cell(cell);
        Json all{{"mean", mean(sums, sums_.grid(cell))}, {"variance", variance(sums, sums_.grid(cell))}};
        const std::vector<std::pair<const char*, Estimator>> estimators{{"martinez", Estimator::martinez},
                                                                        {"janon", Estimator::janon},
                                                                        {"jansen", Estimator::jansen},
                                                                        {"saltelli", Estimator::saltelli}};
        for (const auto& [name, estimator] : estimators) {
            for (int group = 0; group < design_.groups(); ++group) {
                all[name]["first"].push_back(first_order(sums, group, estimator));
                all[name]["total"].push_back(total_order(sums, group, estimator));
            }
        }
        return all;
    }

private:
    std::unique_ptr<Analysis> study_;
    const PickFreeze& design_;
    int first_;
    PickFreezeSums sums_;
    std::optional<ValueFile> file_;
    PickFreezeSums::Scratch scratch_;
    double seconds_ = 0;
};

Json measure(const std::string& study_path, const std::string& values_path, std::int64_t samples) {
    cli::PreparedUncertainty study = cli::prepare_uncertainty(study_path);
    if (samples > 0) {
        study.file.study.design.n = samples;
        study.design = make_design(study.study(), study.file.base.seed);
    }
    const auto alone = engine::single_process();
    const engine::Kernel kernel = engine::build_kernel(study.program, *alone);
    engine::Simulator simulator(kernel, *study.run, cli::simulator_options(study, kernel));
    const RunContext context = cli::run_context(study, simulator);
    const auto ranges = cli::ranges_of(study, context);
    const auto& design = dynamic_cast<const PickFreeze&>(*study.design);

    const std::int64_t before = resident_bytes();
    auto own = cli::make_analysis(study, ranges);
    const std::int64_t resident = resident_bytes() - before;
    const std::size_t counted = bytes_of(*own);
    std::vector<ValueGrid> grids = grids_of(study.cells, ranges);
    grids.erase(grids.begin(), grids.begin() + study.cells.feature(0));
    grids.pop_back();  // the failure
    std::optional<ValueFile> file;
    if (!values_path.empty()) file.emplace(values_path, study.cells.failure(), design.rows());
    Observed analysis(std::move(own), design, grids, study.cells.feature(0), std::move(file));

    const RunCounts counts = run_blocks(context, {{0, design.blocks()}}, 0, analysis, *alone, nullptr, [](auto) {}).counts;
    double began = seconds_now();
    static_cast<void>(widest_of(analysis, study.cells.count(), 0.01, *alone));
    static_cast<void>(report_of(analysis, study.cells.count(), *alone));
    const double seconds_reporting = seconds_now() - began;
    const double runs = static_cast<double>(counts.runs());
    const double simulating = 1e-9 * static_cast<double>(counts.nanoseconds_simulating);
    Json result{{"runs", counts.runs()},
                {"failed", counts.failed()},
                {"cells", study.cells.failure()},
                {"solver_steps", counts.steps},
                {"seconds_simulating", simulating},
                {"seconds_adding", analysis.seconds_adding()},
                {"seconds_reporting", seconds_reporting},
                {"microseconds_a_run",
                 {{"simulating", 1e6 * simulating / runs}, {"adding", 1e6 * analysis.seconds_adding() / runs}}},
                {"accumulator_bytes", {{"resident", resident}, {"counted", counted}}}};
    for (int feature = 0; feature < study.cells.n_features(); ++feature)
        result["features"][study.cells.features[static_cast<std::size_t>(feature)]] = analysis.indices(feature);
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2 || argc > 4) {
        std::fputs("bench_field STUDY [VALUES.npy [SAMPLES]]\n", stderr);
        return 2;
    }
    const Kokkos::ScopeGuard kokkos(argc, argv);
    try {
        std::cout << measure(argv[1], argc > 2 ? argv[2] : "", argc > 3 ? std::atoll(argv[3]) : 0).dump(2) << '\n';
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_field: %s\n", error.what());
        return 1;
    }
    return 0;
}
