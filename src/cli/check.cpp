#include "base/plural.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/prepared_trial.hpp"
#include "cli/prepared_uncertainty.hpp"
#include "engine/journal.hpp"
#include "io/persons_file.hpp"
#include "io/result_reader.hpp"
#include "io/side_file.hpp"
#include "uncertainty/checkpoints.hpp"

#include <cstdio>
#include <memory>

namespace kohort::cli {
namespace {

std::string people_of(const trial::CohortChoice& cohort) {
    if (cohort.enrol > 0)
        return "until " + std::to_string(cohort.enrol) + (cohort.enrol == 1 ? " is" : " are") + " eligible";
    return counted(cohort.persons, "person");
}

void print_section(const engine::SectionState& section) {
    if (section.plan.name == uncertainty::sums_section) {
        const auto head = uncertainty::head_of(section.head);
        std::printf("  runs: %llu of %llu are in the sums\n", static_cast<unsigned long long>(head.rows_done),
                    static_cast<unsigned long long>(head.rows));
        return;
    }
    std::printf("  %s: %lld of %lld chunks of %lld are done, %lld were in hand\n", section.plan.name.c_str(),
                static_cast<long long>(section.done), static_cast<long long>(section.plan.n_chunks()),
                static_cast<long long>(section.plan.chunk_size), static_cast<long long>(section.begun));
}

/// What an unfinished run has and lacks.
void print_journal(const std::filesystem::path& folder) {
    const engine::JournalState state = engine::inspect_journal(folder);
    std::printf("%s: an unfinished run, begun %lld times%s\n", folder.c_str(), static_cast<long long>(state.attempts),
                state.in_use ? ", now running" : "");
    for (const auto& [name, value] : state.identity) std::printf("  %-14s %s\n", name.c_str(), value.c_str());
    for (const engine::SectionState& section : state.sections) print_section(section);
    std::printf("`kohort run STUDY --resume` computes what is missing.\n");
}

Exit check_result(Session& session, const std::filesystem::path& path) {
    if (!session.is_first()) return Exit::ok;
    if (const auto journal = engine::journal_folder(path); std::filesystem::exists(journal / "study")) {
        print_journal(journal);
        return Exit::bad_input;
    }
    try {
        const io::ResultReader result(path);
        std::vector<std::string> problems = result.problems();
        if (const std::string recorded = io::recorded_sha256(path); !recorded.empty() && recorded != io::file_sha256(path))
            problems.emplace_back("its bytes are not those that were written: .run.json beside it has another SHA-256");
        for (const std::string& problem : problems) std::printf("problem: %s\n", problem.c_str());
        const bool of_a_trial = result.text("schema_version").starts_with("kohort-trial-result/");
        const std::string size = of_a_trial ? counted(std::ssize(result.twin_ids()), "twin") : "an uncertainty study";
        std::printf("%s: %s, %s, made by Kohort %s\n", path.c_str(), problems.empty() ? "complete" : "not usable as it is",
                    size.c_str(), result.text("engine_version").c_str());
        return problems.empty() ? Exit::ok : Exit::bad_input;
    } catch (const io::h5::Error&) {
        throw InputError({path.string()}, "this result is damaged: part of it cannot be read",
                         "run the study again with --overwrite");
    }
}

/// "tsit5 in steps of 0.1 h", "rodas4 at rtol 1e-6"
std::string words_of(const trial::Solver& solver) {
    if (solver.step) return solver.method + " in steps of " + shortest(solver.step->value) + " " + solver.step->unit;
    char rtol[32];
    std::snprintf(rtol, sizeof rtol, "%g", solver.rtol);
    return solver.method + (solver.precision == Precision::mixed ? " in mixed precision at rtol " : " at rtol ") + rtol;
}

Exit check_study(Session& session, const std::filesystem::path& path) {
    const PreparedTrial trial = prepare_trial(path);
    if (!session.is_first()) return Exit::ok;
    const trial::TrialStudy& study = trial.study();
    for (const std::string& warning : trial.warnings) std::printf("warning: %s\n", warning.c_str());
    for (const std::string& note : trial.bound.notes) std::printf("note: %s\n", note.c_str());
    const auto of = [](std::size_t n, const char* word) { return counted(static_cast<std::int64_t>(n), word); };
    const std::size_t n_analyses = trial.plan.analyses.size();
    std::printf("%s%s\n", study.name.c_str(), study.title.empty() ? "" : (": " + study.title).c_str());
    std::printf("  model     %s, %s, solver %s\n", trial.program.model.name.c_str(),
                of(trial.program.model.states.size() - trial.program.n_integrals, "state").c_str(),
                words_of(study.model.solver).c_str());
    std::printf("  cohort    %s; %s\n", people_of(study.cohort).c_str(),
                of(trial.cohort->attributes().size(), "attribute").c_str());
    std::printf("  design    %s, %s, %g %s; %s, %s, %s\n", of(study.arms.size(), "arm").c_str(),
                of(study.visits.size(), "visit").c_str(), study.duration.value, study.duration.unit.c_str(),
                of(trial.bound.trial.features().size(), "measurement").c_str(),
                of(study.endpoints.size(), "endpoint").c_str(),
                counted(static_cast<std::int64_t>(n_analyses), "analysis", "analyses").c_str());
    std::printf("  study     sha256 %s\n", trial.file.sha256.c_str());
    std::printf("The study can be run.\n");
    return Exit::ok;
}

Exit check_uncertainty(Session& session, const std::filesystem::path& path) {
    const PreparedUncertainty prepared = prepare_uncertainty(path);
    if (!session.is_first()) return Exit::ok;
    const uncertainty::UncertaintyStudy& study = prepared.study();
    for (const std::string& warning : prepared.warnings) std::printf("warning: %s\n", warning.c_str());
    std::printf("%s: %s\n", prepared.file.base.name.c_str(), prepared.file.base.title.c_str());
    std::printf("  model     %s, %zu states\n", prepared.program.model.name.c_str(), prepared.program.model.states.size());
    std::printf("  inputs    %zu uncertain ones in %zu groups\n", study.inputs.size(), study.groups.size());
    std::printf("  outputs   %zu variables at %zu times, %zu features\n", prepared.cells.variables.size(),
                prepared.cells.times.size(), prepared.cells.features.size());
    std::printf("  design    %lld runs\n", static_cast<long long>(prepared.design->rows()));
    std::printf("  study     sha256 %s\n", prepared.file.sha256.c_str());
    std::printf("The study can be run.\n");
    return Exit::ok;
}

Exit check(Session& session, const std::filesystem::path& path) {
    if (path.extension() != ".h5" && io::schema_of(path) == io::uncertainty_schema_name)
        return check_uncertainty(session, path);
    return path.extension() == ".h5" ? check_result(session, path) : check_study(session, path);
}

}  // namespace

void add_check(CLI::App& app, Job& job) {
    auto path = std::make_shared<std::filesystem::path>();
    CLI::App* command = app.add_subcommand("check",
                                           "Check a study without running it, or whether a result file is whole");
    command->add_option("FILE", *path, "A study file, or a result (.h5)")->required();
    command->callback([&job, path] { job = [path](Session& session) { return check(session, *path); }; });
}

}  // namespace kohort::cli
