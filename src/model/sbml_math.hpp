// MathML of an SBML model, as libSBML has read it, into the graph. Calls of the model's functions are written out.
#pragma once

#include "base/errors.hpp"
#include "model/graph.hpp"

#include <sbml/SBMLTypes.h>

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>

namespace kohort::model {

class SbmlMath {
public:
    /// What stands around one formula.
    struct Scope {
        Place place;                                            // of the element that holds the formula
        std::string owner;                                      // "rate rule of `x`", for messages
        const std::map<std::string, NodeId>* locals = nullptr;  // names that hide the model's, or null
    };

    struct Meanings {
        std::function<NodeId(const std::string& id, const Scope&)> symbol;        // throws InputError for an unknown id
        std::function<NodeId(NodeId value, const Scope&)> rate_of;                // d value / d time along the solution
        std::function<NodeId(NodeId value, NodeId delay, const Scope&)> delayed;  // value, delay ago
    };

    SbmlMath(Graph& graph, const ::Model& model, Meanings meanings);

    /// Throws InputError for what has no exact meaning here: distributions, unknown functions, wrong numbers of
    /// arguments, functions that call themselves, and models whose functions write out more than 5 million operations.
    [[nodiscard]] NodeId operator()(const ::ASTNode& formula, const Scope& scope);

private:
    using Arguments = std::span<const NodeId>;

    [[nodiscard]] NodeId translate(const ::ASTNode& node, const Scope& scope);
    [[nodiscard]] NodeId leaf(const ::ASTNode& node, const Scope& scope);
    [[nodiscard]] NodeId call(const ::ASTNode& node, const Scope& scope, Arguments arguments);
    [[nodiscard]] NodeId arithmetic(const ::ASTNode& node, const Scope& scope, Arguments arguments);
    [[nodiscard]] NodeId logic(const ::ASTNode& node, Arguments arguments);
    [[nodiscard]] NodeId relation(Op op, Arguments arguments);
    [[nodiscard]] NodeId piecewise(Arguments arguments);
    [[nodiscard]] NodeId root(Arguments arguments);
    [[nodiscard]] NodeId truth(NodeId value);
    [[nodiscard]] NodeId reciprocal(NodeId value);
    /// op(op(a, b), c) ...; none for no arguments.
    [[nodiscard]] NodeId from_left(Op op, Arguments arguments, double none);

    Graph& graph_;
    Meanings meanings_;
    std::map<std::string, const ::FunctionDefinition*> functions_;
    std::size_t depth_ = 0;
    std::size_t written_out_ = 0;  // nodes of MathML, over all formulas
};

}  // namespace kohort::model
