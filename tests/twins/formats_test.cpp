// One model said in three formats: a substrate that an enzyme turns over, with a rhythm, a function and an event.
#include "codegen/interpreter.hpp"
#include "codegen/program.hpp"
#include "kernels/integrate_lanes.hpp"
#include "model/iqm.hpp"
#include "model/sbml.hpp"
#include "model/sund.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace kohort::twins {
namespace {

const std::string sund = R"(########## NAME
enzyme
########## METADATA
time_unit = s
########## MACROS
########## STATES
d/dt(S) = -R1 + R2
d/dt(P) = R1 - R3
d/dt(E) = 0
S(0) = 5
P(0) = 0.25
E(0) = 1
########## PARAMETERS
V = 1.5
Km = 0.3
k2 = 0.2
k3 = 0.1
########## VARIABLES
rhythm = (time < 4) ? 1 : 0.5
R1 = E*mm(V, S, Km)
R2 = k2*rhythm
R3 = k3*P^2
########## FUNCTIONS
mm(v, s, k) = v*s/(k + s)
########## EVENTS
low = S < 1, E, 0.5*E
########## OUTPUTS
########## INPUTS
########## FEATURES
)";

const std::string iqm_ordinary = R"(********** MODEL NAME
enzyme
********** MODEL NOTES
time_unit = s
********** MODEL STATES
d/dt(S) = -R1 + R2
d/dt(P) = R1 - R3
d/dt(E) = 0
S(0) = 5
P(0) = 0.25
E(0) = 1
********** MODEL PARAMETERS
V = 1.5
Km = 0.3
k2 = 0.2
k3 = 0.1
********** MODEL VARIABLES
rhythm = piecewiseIQM(1, lt(time,4), 0.5)
********** MODEL REACTIONS
R1 = E*mm(V, S, Km)
R2 = k2*rhythm
R3 = k3*P^2
********** MODEL FUNCTIONS
mm(v, s, k) = v*s/(k + s)
********** MODEL EVENTS
low = lt(S,1), E, 0.5*E
********** MODEL MATLAB FUNCTIONS
)";

const std::string iqm_biochemical = R"(********** MODEL NAME
enzyme
********** MODEL NOTES
time_unit = s
********** MODEL STATE INFORMATION
d/dt(E) = 0
S(0) = 5
P(0) = 0.25
E(0) = 1
********** MODEL PARAMETERS
V = 1.5
Km = 0.3
k2 = 0.2
k3 = 0.1
********** MODEL VARIABLES
rhythm = piecewiseIQM(1, lt(time,4), 0.5)
********** MODEL REACTIONS
S => P : R1
  vf = E*mm(V, S, Km)
=> S : R2
  vf = k2*rhythm
P => : R3
  vf = k3*P^2
********** MODEL FUNCTIONS
mm(v, s, k) = v*s/(k + s)
********** MODEL EVENTS
low = lt(S,1), E, 0.5*E
)";

std::string sbml_reaction(const std::string& name, const std::string& reactant, const std::string& product,
                          const std::string& law) {
    const auto side = [](const std::string& list, const std::string& species) {
        if (species.empty()) return std::string();
        return "<listOf" + list + "><speciesReference species='" + species +
               "' stoichiometry='1' constant='true'/></listOf" + list + ">";
    };
    return "<reaction id='" + name + "' reversible='false'>" + side("Reactants", reactant) + side("Products", product) +
           "<kineticLaw><math xmlns='http://www.w3.org/1998/Math/MathML'>" + law + "</math></kineticLaw></reaction>";
}

std::string applied(const std::string& op, const std::string& arguments) {
    return "<apply><" + op + "/>" + arguments + "</apply>";
}
std::string ci(const std::string& name) { return "<ci>" + name + "</ci>"; }
std::string cn(const std::string& number) { return "<cn>" + number + "</cn>"; }

std::string sbml() {
    const std::string math = "<math xmlns='http://www.w3.org/1998/Math/MathML'>";
    const auto species = [](const std::string& id, const std::string& amount) {
        return "<species id='" + id + "' compartment='c' initialAmount='" + amount +
               "' hasOnlySubstanceUnits='true' boundaryCondition='false' constant='false'/>";
    };
    const auto parameter = [](const std::string& id, const std::string& value, bool constant = true) {
        return "<parameter id='" + id + "'" + (value.empty() ? "" : " value='" + value + "'") + " constant='" +
               (constant ? "true" : "false") + "'/>";
    };
    const std::string
        time = "<csymbol encoding='text' definitionURL='http://www.sbml.org/sbml/symbols/time'>t</csymbol>";
    const std::string call = "<apply>" + ci("mm") + ci("V") + ci("S") + ci("Km") + "</apply>";
    return "<?xml version='1.0' encoding='UTF-8'?>\n"
           "<sbml xmlns='http://www.sbml.org/sbml/level3/version2/core' level='3' version='2'><model id='enzyme' "
           "timeUnits='second'>"
           "<listOfFunctionDefinitions><functionDefinition id='mm'>" +
           math + "<lambda><bvar>" + ci("v") + "</bvar><bvar>" + ci("s") + "</bvar><bvar>" + ci("k") + "</bvar>" +
           applied("divide", applied("times", ci("v") + ci("s")) + applied("plus", ci("k") + ci("s"))) +
           "</lambda></math></functionDefinition></listOfFunctionDefinitions>"
           "<listOfCompartments><compartment id='c' spatialDimensions='3' size='1' "
           "constant='true'/></listOfCompartments>"
           "<listOfSpecies>" +
           species("S", "5") + species("P", "0.25") + "</listOfSpecies><listOfParameters>" + parameter("E", "1", false) +
           parameter("V", "1.5") + parameter("Km", "0.3") + parameter("k2", "0.2") + parameter("k3", "0.1") +
           parameter("rhythm", "", false) + "</listOfParameters><listOfRules><assignmentRule variable='rhythm'>" +
           math + "<piecewise><piece>" + cn("1") + applied("lt", time + cn("4")) + "</piece><otherwise>" + cn("0.5") +
           "</otherwise></piecewise></math></assignmentRule></listOfRules><listOfReactions>" +
           sbml_reaction("R1", "S", "P", applied("times", ci("E") + call)) +
           sbml_reaction("R2", "", "S", applied("times", ci("k2") + ci("rhythm"))) +
           sbml_reaction("R3", "P", "", applied("times", ci("k3") + applied("power", ci("P") + cn("2")))) +
           "</listOfReactions><listOfEvents><event id='low' useValuesFromTriggerTime='true'>"
           "<trigger initialValue='true' persistent='true'>" +
           math + applied("lt", ci("S") + cn("1")) +
           "</math></trigger><listOfEventAssignments><eventAssignment variable='E'>" + math +
           applied("times", cn("0.5") + ci("E")) +
           "</math></eventAssignment></listOfEventAssignments></event></listOfEvents></model></sbml>";
}

/// The bits of S, P, E and R1 at 0, 0.5, ..., 20.
std::vector<std::uint64_t> trajectory(model::Model model) {
    const codegen::Program program = codegen::lower(std::move(model), {.observables = {"S", "P", "E", "R1"}});
    const codegen::InterpretedModel interpreted(program);
    std::vector<double> parameters;
    for (const auto& parameter : program.model.parameters) parameters.push_back(parameter.value);
    std::vector<double> times;
    for (int step = 0; step <= 40; ++step) times.push_back(0.5 * step);
    std::vector<double> observed(4 * times.size());
    TwinStatus status = TwinStatus::not_run;
    const kernels::Batch batch{.n_twins = 1,
                               .t_end = 20.0,
                               .parameter = parameters.data(),
                               .n_times = static_cast<std::int32_t>(times.size()),
                               .time = times.data(),
                               .observation = observed.data(),
                               .status = &status};
    kernels::WorkQueue queue;
    kernels::integrate_lanes<codegen::InterpretedModel, 1>(interpreted, batch, {}, queue);
    EXPECT_EQ(status, TwinStatus::ok);
    std::vector<std::uint64_t> bits;
    for (const double value : observed) bits.push_back(std::bit_cast<std::uint64_t>(value));
    return bits;
}

TEST(Formats, one_model_in_three_formats_gives_the_same_bits) {
    const std::vector<std::uint64_t> expected = trajectory(model::read_sund(sund, "sund.txt"));
    const double enzyme_at_end = std::bit_cast<double>(expected[3 * 41 - 1]);
    EXPECT_EQ(enzyme_at_end, 0.5) << "the event happens";
    EXPECT_EQ(trajectory(model::read_iqm(iqm_ordinary, "iqm.txt")), expected);
    EXPECT_EQ(trajectory(model::read_iqm(iqm_biochemical, "iqm.txtbc")), expected);
    EXPECT_EQ(trajectory(model::read_sbml(sbml(), "sbml.xml")), expected);
}

}  // namespace
}  // namespace kohort::twins
