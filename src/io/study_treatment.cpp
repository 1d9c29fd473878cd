// What is done to the twins: model, arms, doses, inputs, visits, challenges.
#include "io/dosing_table.hpp"
#include "io/study_keys.hpp"
#include "io/study_sections.hpp"

#include "base/text.hpp"

namespace kohort::io {
namespace {

std::map<std::string, Quantity> read_quantities(const std::optional<Value>& value) {
    std::map<std::string, Quantity> quantities;
    if (!value) return quantities;
    for (const NamedValue& named : named_values(*value))
        quantities.emplace(named.name, named.value.quantity_or_number());
    return quantities;
}

double positive_number(const Value& value, double most) {
    const double number = value.number();
    if (!(number > 0.0) || number > most)
        value.refuse(value.text() + " is out of range", "give a number above 0 and not above " + shortest(most));
    return number;
}

/// A step of a given length leaves nothing to those who control errors.
void read_fixed_step(const Mapping& map, trial::Solver& solver) {
    const auto step = map.optional("step");
    if (!step) return;
    solver.step = step->positive_time();
    if (solver.method != "tsit5")
        step->refuse("only `tsit5` takes steps of a given length", "write method: tsit5, or leave step out");
    for (const char* const key : {"rtol", "atol", "max_step"}) {
        if (const auto other = map.optional(key))
            other->refuse(std::string("with steps of a given length ") + key + " has no meaning",
                          "leave out either it or step");
    }
}

trial::Solver read_solver(const Value& value) {
    const Mapping map(value, study_keys::solver);
    trial::Solver solver;
    if (const auto method = map.optional("method"))
        solver.method = method->one_of({"rodas4", "rodas4p2", "rodas5p", "tsit5", "taylor"});
    if (const auto rtol = map.optional("rtol")) solver.rtol = positive_number(*rtol, 0.1);
    if (const auto atol = map.optional("atol")) solver.atol = positive_number(*atol, 1e6);
    if (const auto step = map.optional("max_step")) solver.max_step = step->positive_time();
    if (const auto steps = map.optional("max_steps")) solver.max_steps = steps->integer(1);
    read_fixed_step(map, solver);
    if (const auto moieties = map.optional("moieties"))
        solver.follow_moieties = moieties->one_of({"follow", "keep"}) == "follow";
    if (const auto precision = map.optional("precision"))
        solver.precision = precision->one_of({"double", "mixed"}) == "mixed" ? Precision::mixed : Precision::double_only;
    if (const auto audit = map.optional("audit")) {
        if (solver.precision != Precision::mixed)
            throw InputError(audit->place(), "an audit is of mixed precision, which this study does not ask for",
                             "leave it out, or write precision: mixed");
        solver.audit = audit->integer(1);
    }
    return solver;
}

std::optional<Quantity> read_rate(const Mapping& map) {
    const auto rate = map.optional("rate");
    if (!rate) return std::nullopt;
    Quantity quantity = rate->quantity_or_number();
    if (!(quantity.value > 0.0))
        rate->refuse("an infusion's rate must be above zero", "leave rate out for a dose given at once");
    return quantity;
}

trial::Adherence read_adherence(const Value& value) {
    const Mapping map(value, study_keys::adherence);
    trial::Adherence adherence{map.required("mean").quantity_or_number(), std::nullopt, map.place()};
    if (const auto sd = map.optional("sd")) adherence.sd = sd->quantity_or_number();
    return adherence;
}

void read_arm_dosing(const Value& value, const std::filesystem::path& folder, trial::Arm& arm) {
    if (value.is_map())
        read_dosing_table(value, folder, arm);
    else
        arm.dosing = read_list(value, read_dose);
}

trial::Arm read_arm(const Value& value, const std::filesystem::path& folder) {
    const Mapping map(value, study_keys::arm);
    trial::Arm arm;
    arm.place = map.place();
    arm.id = map.required("id").id();
    if (const auto role = map.optional("role")) arm.control = role->one_of({"control", "experimental"}) == "control";
    if (const auto dosing = map.optional("dosing")) read_arm_dosing(*dosing, folder, arm);
    if (const auto adherence = map.optional("adherence")) arm.adherence = read_adherence(*adherence);
    arm.inputs = read_list(map.optional("inputs"), read_input_change);
    arm.parameters = read_quantities(map.optional("parameters"));
    return arm;
}

trial::Challenge read_challenge(const Value& value) {
    const Mapping map(value, study_keys::challenge);
    trial::Challenge challenge;
    challenge.place = map.place();
    challenge.id = map.required("id").id();
    challenge.at = map.required("at").symbols();
    challenge.inputs = read_list(map.optional("inputs"), read_input_change);
    challenge.dosing = read_list(map.optional("dosing"), read_dose);
    challenge.follow = map.required("follow").positive_time();
    return challenge;
}

}  // namespace

trial::Dose read_dose(const Value& value) {
    const Mapping map(value, study_keys::dose);
    trial::Dose dose;
    dose.place = map.place();
    if (const auto time = map.optional("time"))
        dose.time = time->time();
    else
        dose.time = {0.0, "s", map.place()};
    const Value amount = map.required("amt");
    dose.amount = amount.quantity_or_number();
    if (dose.amount.value < 0.0) amount.refuse("a dose cannot be negative", "give an amount of zero or more");
    dose.compartment = map.required("cmt").symbol();
    dose.rate = read_rate(map);
    if (const auto duration = map.optional("dur")) dose.duration = duration->positive_time();
    if (dose.rate && dose.duration)
        map.refuse("both rate and dur are given", "keep one: either says how long the infusion lasts");
    if (const auto interval = map.optional("ii")) dose.interval = interval->positive_time();
    if (const auto additional = map.optional("addl")) dose.additional = additional->integer(0, 1'000'000);
    if (const auto steady = map.optional("ss")) dose.steady_state = static_cast<int>(steady->integer(0, 2));
    if (!dose.interval && dose.additional > 0)
        map.refuse("addl needs ii, the interval between doses", "add ii: 12 h, for example");
    if (!dose.interval && dose.steady_state > 0)
        map.refuse("ss needs ii, the interval between doses", "add ii: 12 h, for example");
    return dose;
}

trial::InputChange read_input_change(const Value& value) {
    const Mapping map(value, study_keys::input_change);
    trial::InputChange change;
    change.place = map.place();
    if (const auto time = map.optional("time")) change.time = time->time();
    change.input = map.required("input").symbol();
    change.value = map.required("value").quantity_or_number();
    if (const auto lasting = map.optional("lasting")) change.lasting = lasting->positive_time();
    return change;
}

trial::ModelChoice read_model(const Value& value) {
    const Mapping map(value, study_keys::model);
    trial::ModelChoice model;
    model.place = map.place();
    if (map.has("use") == map.has("file")) {
        map.refuse("a model is chosen by use or by file",
                   "use: names a shipped model (`kohort models` lists them); file: names a model text of yours");
    }
    if (const auto use = map.optional("use")) model.use = use->symbol();
    if (const auto file = map.optional("file")) model.file = file->text();
    if (const auto solver = map.optional("solver")) model.solver = read_solver(*solver);
    if (const auto prepare = map.optional("prepare")) {
        model.prepare_steady_state = prepare->one_of({"steady_state", "none"}) == "steady_state";
    }
    model.prepare_holding = read_quantities(map.optional("prepare_holding"));
    if (!model.prepare_holding.empty() && !model.prepare_steady_state) {
        throw InputError(map.place_of("prepare_holding"),
                         "inputs are held until a steady state is reached, and none is sought",
                         "add prepare: steady_state, or leave prepare_holding out");
    }
    model.parameters = read_quantities(map.optional("parameters"));
    model.inputs = read_quantities(map.optional("inputs"));
    return model;
}

std::vector<trial::Arm> read_arms(const Value& value, const std::filesystem::path& folder) {
    return read_list(value, [&](const Value& item) { return read_arm(item, folder); });
}

std::vector<trial::Visit> read_visits(const Value& value) {
    return read_list(value, [](const Value& item) {
        const Mapping map(item, study_keys::visit);
        return trial::Visit{map.required("id").id(), map.required("at").time(), map.place()};
    });
}

std::vector<trial::Challenge> read_challenges(const Value& value) { return read_list(value, read_challenge); }

}  // namespace kohort::io
