// Everything in an SBML model that has an id and a value: how each varies, and from that its value, its value at the
// start, and its rate, as nodes of the graph. Each is worked out when it is first asked for, so that rules and initial
// assignments may come in any order; what depends on itself is an error.
#pragma once

#include "model/algebra.hpp"
#include "model/graph_copy.hpp"
#include "model/model.hpp"
#include "model/sbml_math.hpp"

#include <sbml/SBMLTypes.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kohort::model {

/// A part that a species has in a reaction.
struct SbmlPart {
    const ::Reaction* reaction = nullptr;
    const ::SpeciesReference* reference = nullptr;
    bool is_product = false;
};

/// How much a species changes when fast reactions change another one by 1; as written in the only reaction that does so, if
/// there is no number.
struct SbmlShare {
    std::size_t pivot = 0;  // among the quantities
    std::optional<double> factor;
};

struct SbmlQuantity {
    enum class Kind : std::uint8_t { compartment, species, parameter, stoichiometry, reaction };
    std::string id;
    Kind kind = Kind::parameter;
    const ::SBase* element = nullptr;
    std::optional<double> number;  // as its element gives it; of species: see initial_number
    const ::Rule* assignment = nullptr;
    const ::Rule* rate_rule = nullptr;
    const ::InitialAssignment* initial_assignment = nullptr;
    bool assigned_by_event = false;
    std::vector<SbmlPart> parts;         // in reactions that change it (species only)
    std::optional<std::uint32_t> state;  // index into Model::states
    std::optional<NodeId> parameter;     // the leaf of a constant that is given as a number, or left open
    std::optional<NodeId> open_start;  // the leaf of the parameter that gives a state its start where the model does not
    bool algebraic = false;            // algebraic rules determine it
    NodeId formula;                    // what they make it, or what stands for it until that is known
    NodeId residual;                   // where no formula says it: what must be 0
    bool is_pivot = false;             // a fast state, from which others take shares
    std::vector<SbmlShare> shares;  // state is the amount without these shares of pivots: what fast reactions conserve
};

[[nodiscard]] inline bool is_fast(const ::Reaction& reaction) { return reaction.isSetFast() && reaction.getFast(); }

class SbmlQuantities {
public:
    /// Fills result: states (without rates and initial values, see define_states) and parameters.
    SbmlQuantities(const ::Model& source, const std::string& file, Model& result);

    /// Gives every state its initial value and rate.
    void define_states();
    /// States that have no value before an event gives them one: their start is left open where something needs it, and
    /// 0 elsewhere. After all else.
    void define_unvalued();
    /// Adds what can be observed: every varying symbol, amounts and concentrations of species, reaction rates.
    void add_observables();

    [[nodiscard]] const std::vector<SbmlQuantity>& all() const { return quantities_; }
    [[nodiscard]] const SbmlQuantity* find(const std::string& id) const;
    /// The value that formulas mean by the id.
    [[nodiscard]] NodeId value(const SbmlQuantity& quantity);
    [[nodiscard]] NodeId amount(const SbmlQuantity& species);
    [[nodiscard]] NodeId concentration(const SbmlQuantity& species);
    /// The state of a species holds an amount.
    [[nodiscard]] bool stores_amount(const SbmlQuantity& species) const;
    /// The state of a quantity holds an amount where formulas mean a concentration.
    [[nodiscard]] bool stores_amount_of_concentration(const SbmlQuantity& quantity) const;
    [[nodiscard]] NodeId size_of_compartment(const SbmlQuantity& species);
    /// What node is at the start: initial values for states, 0 for time.
    [[nodiscard]] NodeId at_start(NodeId node) { return (*start_)(node); }
    [[nodiscard]] NodeId formula(const ::ASTNode* math, const ::SBase& element, const std::string& owner,
                                 const std::map<std::string, NodeId>* locals = nullptr);
    [[nodiscard]] Place place(const ::SBase& element) const;
    /// "species `S`"
    [[nodiscard]] static std::string title(const SbmlQuantity& quantity);

private:
    [[nodiscard]] bool is_unvalued(const SbmlQuantity& quantity) const;
    [[nodiscard]] NodeId open_parameter(std::string name, const ::SBase& element);
    [[nodiscard]] NodeId open_start(const SbmlQuantity& quantity);
    [[nodiscard]] std::vector<NodeId> nodes_that_matter() const;
    enum class Aspect : std::uint8_t { value, initial, rate };
    using Key = std::pair<Aspect, std::size_t>;

    void collect();
    void collect_reactions();
    void collect_rules();
    void add(const ::SBase& element, SbmlQuantity::Kind kind, std::optional<double> number);
    void choose_states();
    void choose_state(std::size_t index);
    void add_state(std::size_t index, State::Kind kind);

    void solve_algebraic_rules(const std::vector<std::size_t>& candidates);
    [[nodiscard]] bool may_be_determined(const SbmlQuantity& quantity) const;
    [[nodiscard]] std::vector<std::size_t> quantities_to_determine() const;
    [[nodiscard]] std::vector<Equation> algebraic_equations();
    void accept(SolvedAlgebra solved, const std::vector<std::size_t>& candidates);
    void forget_nodes();

    /// What rateOf means: 0 before the start, which only a delay can look at.
    [[nodiscard]] NodeId rate_since_start(NodeId node);
    [[nodiscard]] bool has_delays();
    [[nodiscard]] NodeId delayed(NodeId value, NodeId delay, const SbmlMath::Scope& scope);
    [[nodiscard]] NodeId in_past(NodeId root, NodeId delay, bool before_start, const SbmlMath::Scope& scope);
    [[nodiscard]] NodeId state_in_past(std::uint32_t state, NodeId delay, const SbmlMath::Scope& scope);
    [[nodiscard]] NodeId start_in_past(std::uint32_t state, NodeId delay, const SbmlMath::Scope& scope);
    [[nodiscard]] bool starts_by_time(const SbmlQuantity& quantity) const;

    void find_fast_groups();
    void take_pivot(const ::Reaction& reaction, const std::vector<std::size_t>& species);
    void take_pivots(const std::vector<const ::Reaction*>& reactions, const std::vector<std::size_t>& species);
    [[nodiscard]] std::vector<double> fast_numbers(std::size_t species, const std::vector<const ::Reaction*>& reactions) const;
    [[nodiscard]] std::optional<double> stoichiometric_number(const ::SpeciesReference& reference) const;
    void refuse_changes_by_events(const std::vector<std::size_t>& species) const;
    [[nodiscard]] NodeId share(const SbmlQuantity& species, const SbmlShare& share);
    [[nodiscard]] NodeId rate_of_conserved(const SbmlQuantity& species);
    [[nodiscard]] NodeId put_in_unknowns(NodeId node);
    [[nodiscard]] SbmlQuantity& known(const std::string& id, const ::SBase& element, const std::string& owner);
    [[nodiscard]] std::size_t index_of(const SbmlQuantity& quantity) const;

    /// The node, once worked out; refuses what is asked for while it is being worked out.
    [[nodiscard]] NodeId once(Aspect aspect, const SbmlQuantity& quantity, const std::function<NodeId()>& work_out);

    [[nodiscard]] NodeId initial(const SbmlQuantity& quantity);
    [[nodiscard]] NodeId start_of(const SbmlQuantity& quantity);
    [[nodiscard]] NodeId first_guess(const SbmlQuantity& quantity);
    [[nodiscard]] NodeId initial_of_species(const SbmlQuantity& quantity);
    [[nodiscard]] NodeId rate(const SbmlQuantity& quantity);
    enum class Pace : std::uint8_t { slow, fast };
    [[nodiscard]] NodeId rate_by_reactions(const SbmlQuantity& quantity, Pace pace);
    [[nodiscard]] NodeId conversion_factor(const SbmlQuantity& species);
    [[nodiscard]] NodeId rate_by_constraint(const SbmlQuantity& quantity);
    [[nodiscard]] NodeId rate_of(NodeId node);
    [[nodiscard]] NodeId reaction_rate(const SbmlQuantity& quantity);
    [[nodiscard]] NodeId stoichiometry(const ::SpeciesReference& reference);
    [[nodiscard]] NodeId given_or_unknown(const SbmlQuantity& quantity);
    /// What stands for the species itself, in the meaning that stores_amount says.
    [[nodiscard]] NodeId stored(const SbmlQuantity& species);
    [[nodiscard]] bool means_amount(const SbmlQuantity& species) const;
    [[nodiscard]] NodeId divide(NodeId a, NodeId b) { return graph_.make(Op::divide, a, b); }
    [[nodiscard]] NodeId multiply(NodeId a, NodeId b) { return graph_.make(Op::multiply, a, b); }

    const ::Model& source_;
    const std::string& file_;
    Model& result_;
    Graph& graph_;
    SbmlMath math_;
    std::optional<GraphCopy> start_;
    std::vector<SbmlQuantity> quantities_;  // in the order of the file
    std::vector<const ::AlgebraicRule*> algebraic_rules_;
    std::optional<GraphCopy> unknowns_put_in_;
    std::optional<bool> has_delays_;
    std::map<std::string, std::map<std::string, NodeId>> local_parameters_;  // by reaction
    std::map<std::string, std::size_t> by_id_;
    std::vector<std::size_t> by_state_;           // (n_states) the quantity
    std::map<Key, std::optional<NodeId>> nodes_;  // none: being worked out
    std::size_t depth_ = 0;                       // quantities being worked out
};

}  // namespace kohort::model
