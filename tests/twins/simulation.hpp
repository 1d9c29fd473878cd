// One twin of a model, compiled and integrated as a study would, with a schedule written line by line.
#pragma once

#include "codegen/plugin.hpp"
#include "codegen/program.hpp"
#include "kernels/plugin.hpp"
#include "model/model.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kohort::twins {

/// The model of the twin library with this name: a text, or the folder of a composition.
[[nodiscard]] model::Model shipped_model(const std::string& name);

/// A file of third-party data, or none.
[[nodiscard]] std::optional<std::filesystem::path> test_data(const std::string& path);

class Simulation {
public:
    /// Compiles the model, or finds it compiled. All outputs and features are observed. Times are in the model's unit.
    explicit Simulation(model::Model model, codegen::LowerOptions lower = {});

    kernels::IntegrateOptions options{.method = kernels::Method::rodas5p, .rtol = 1e-10, .atol = 1e-12};

    [[nodiscard]] const model::Model& model() const { return program_.model; }
    void set(const std::string& name, double value);     // a parameter or input, from the start
    void scale(const std::string& name, double factor);  // the same, times its value
    void start(const std::string& state, double value);  // instead of the model's own initial value
    void start_from(std::vector<double> states) { initial_ = std::move(states); }
    void bolus(double time, const std::string& state, double amount);
    void infusion(double time, const std::string& state, double rate, double duration);
    void input(double time, const std::string& name, double value);
    /// The value of a feature of an observable, once run.
    [[nodiscard]] std::size_t feature(kernels::Feature::Op op, const std::string& observable, double from, double to);

    struct Result {
        std::map<std::string, std::vector<double>, std::less<>> of;  // observable -> (n_times)
        std::vector<double> features;                                // [feature]
        std::vector<double> states;                                  // at the end
        TwinStatus status = TwinStatus::not_run;
    };
    /// From begin to the last of times, which ascend. Fails the test if the twin fails.
    [[nodiscard]] Result run(double begin, const std::vector<double>& times) const;
    /// To rest before time 0, from at most limit earlier. The tolerances are those of options.
    [[nodiscard]] Result run_to_rest(double limit, double steady_time) const;

private:
    [[nodiscard]] Result integrate(double begin, double end, const std::vector<double>& times,
                                   const kernels::IntegrateOptions& how) const;
    [[nodiscard]] std::vector<double> own_initial_state(double begin) const;
    [[nodiscard]] double& value(const std::string& name);  // of a parameter or input
    void act(kernels::Action action);

    codegen::Program program_;
    codegen::Plugin plugin_;
    const kernels::PluginApi* api_;
    std::vector<double> parameters_;                        // (n_parameters)
    std::vector<double> inputs_;                            // (n_inputs)
    std::vector<double> initial_;                           // (n_states), or empty: the model's own
    std::vector<std::pair<std::uint32_t, double>> starts_;  // state, value
    std::vector<kernels::Action> actions_;                  // by time
    std::vector<kernels::Feature> features_;
};

}  // namespace kohort::twins
