#include "model/sbml_math.hpp"

#include "model/functions.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

namespace kohort::model {

namespace {

constexpr std::size_t deepest_formula = 1000;        // operations inside each other, calls written out
constexpr std::size_t most_written_out = 5'000'000;  // nodes of MathML
constexpr double avogadro = 6.02214179e23;           // [1/mol] SBML Level 3 Version 2, section 3.4.6

struct Plain {
    int type;
    Op op;
};

// Functions of one argument that are one operation.
constexpr auto of_one = std::to_array<Plain>({
    {AST_FUNCTION_ABS, Op::abs},
    {AST_FUNCTION_ARCCOS, Op::acos},
    {AST_FUNCTION_ARCCOSH, Op::acosh},
    {AST_FUNCTION_ARCSIN, Op::asin},
    {AST_FUNCTION_ARCSINH, Op::asinh},
    {AST_FUNCTION_ARCTAN, Op::atan},
    {AST_FUNCTION_ARCTANH, Op::atanh},
    {AST_FUNCTION_CEILING, Op::ceil},
    {AST_FUNCTION_COS, Op::cos},
    {AST_FUNCTION_COSH, Op::cosh},
    {AST_FUNCTION_EXP, Op::exp},
    {AST_FUNCTION_FLOOR, Op::floor},
    {AST_FUNCTION_LN, Op::log},
    {AST_FUNCTION_SIN, Op::sin},
    {AST_FUNCTION_SINH, Op::sinh},
    {AST_FUNCTION_TAN, Op::tan},
    {AST_FUNCTION_TANH, Op::tanh},
});

// f(1 / x)
constexpr auto of_reciprocal = std::to_array<Plain>({
    {AST_FUNCTION_ARCCOT, Op::atan},
    {AST_FUNCTION_ARCCOTH, Op::atanh},
    {AST_FUNCTION_ARCCSC, Op::asin},
    {AST_FUNCTION_ARCCSCH, Op::asinh},
    {AST_FUNCTION_ARCSEC, Op::acos},
    {AST_FUNCTION_ARCSECH, Op::acosh},
});

// 1 / f(x)
constexpr auto reciprocal_of = std::to_array<Plain>({
    {AST_FUNCTION_COT, Op::tan},
    {AST_FUNCTION_COTH, Op::tanh},
    {AST_FUNCTION_CSC, Op::sin},
    {AST_FUNCTION_CSCH, Op::sinh},
    {AST_FUNCTION_SEC, Op::cos},
    {AST_FUNCTION_SECH, Op::cosh},
});

constexpr auto relations = std::to_array<Plain>({
    {AST_RELATIONAL_EQ, Op::equal},
    {AST_RELATIONAL_NEQ, Op::not_equal},
    {AST_RELATIONAL_LT, Op::less},
    {AST_RELATIONAL_GT, Op::greater},
    {AST_RELATIONAL_LEQ, Op::less_equal},
    {AST_RELATIONAL_GEQ, Op::greater_equal},
});

template <std::size_t n>
std::optional<Op> find(const std::array<Plain, n>& table, int type) {
    for (const Plain& entry : table) {
        if (entry.type == type) return entry.op;
    }
    return std::nullopt;
}

std::string spelling_of(const ::ASTNode& node) {
    const char* name = node.getName();
    return name != nullptr ? std::string(name) : "an operation that has no name";
}

[[noreturn]] void refuse(const SbmlMath::Scope& scope, const std::string& problem, std::string remedy = {}) {
    throw InputError(scope.place, "the " + scope.owner + " " + problem, std::move(remedy));
}

void expect_arguments(const ::ASTNode& node, const SbmlMath::Scope& scope, std::size_t given, std::size_t fewest,
                      std::size_t most) {
    if (given >= fewest && given <= most) return;
    refuse(scope, "gives `" + spelling_of(node) + "` " + std::to_string(given) + " arguments; it takes " +
                      std::to_string(fewest) + (most > fewest ? " or more" : ""));
}

}  // namespace

SbmlMath::SbmlMath(Graph& graph, const ::Model& model, Meanings meanings)
    : graph_(graph), meanings_(std::move(meanings)) {
    for (unsigned number = 0; number < model.getNumFunctionDefinitions(); ++number) {
        const ::FunctionDefinition* const function = model.getFunctionDefinition(number);
        functions_.emplace(function->getId(), function);
    }
}

NodeId SbmlMath::operator()(const ::ASTNode& formula, const Scope& scope) { return translate(formula, scope); }

NodeId SbmlMath::translate(const ::ASTNode& node, const Scope& scope) {
    if (++written_out_ > most_written_out)
        refuse(scope, "is too large: the model's functions write out more than 5 million operations");
    if (depth_ >= deepest_formula)
        refuse(scope, "is nested more than 1000 deep, or calls a function that calls itself");
    ++depth_;
    NodeId result;
    if (node.getNumChildren() == 0 && node.getType() != AST_FUNCTION && node.isFunction() == false &&
        !node.isOperator() && !node.isLogical() && !node.isRelational()) {
        result = leaf(node, scope);
    } else {
        std::vector<NodeId> arguments;
        for (unsigned child = 0; child < node.getNumChildren(); ++child)
            arguments.push_back(translate(*node.getChild(child), scope));
        result = node.getType() == AST_FUNCTION ? call(node, scope, arguments) : arithmetic(node, scope, arguments);
    }
    --depth_;
    return result;
}

NodeId SbmlMath::leaf(const ::ASTNode& node, const Scope& scope) {
    switch (static_cast<int>(node.getType())) {
        case AST_INTEGER:
        case AST_REAL:
        case AST_REAL_E:
        case AST_RATIONAL: return graph_.constant(node.getValue());
        case AST_CONSTANT_E: return graph_.constant(std::numbers::e);
        case AST_CONSTANT_PI: return graph_.constant(std::numbers::pi);
        case AST_CONSTANT_TRUE: return graph_.constant(1.0);
        case AST_CONSTANT_FALSE: return graph_.constant(0.0);
        case AST_NAME_AVOGADRO: return graph_.constant(avogadro);
        case AST_NAME_TIME: return graph_.leaf(Op::time);
        case AST_NAME: break;
        default: refuse(scope, "uses `" + spelling_of(node) + "`, which is not treated");
    }
    const std::string id = spelling_of(node);
    if (scope.locals != nullptr) {
        if (const auto found = scope.locals->find(id); found != scope.locals->end()) return found->second;
    }
    return meanings_.symbol(id, scope);
}

NodeId SbmlMath::call(const ::ASTNode& node, const Scope& scope, Arguments arguments) {
    const std::string name = spelling_of(node);
    const auto found = functions_.find(name);
    if (found == functions_.end()) refuse(scope, "calls `" + name + "`, which the model does not define");
    const ::FunctionDefinition& function = *found->second;
    const ::ASTNode* const body = function.getBody();
    if (body == nullptr) refuse(scope, "calls `" + name + "`, which has no formula");
    expect_arguments(node, scope, arguments.size(), function.getNumArguments(), function.getNumArguments());
    std::map<std::string, NodeId> bound;
    for (unsigned number = 0; number < function.getNumArguments(); ++number)
        bound.emplace(spelling_of(*function.getArgument(number)), arguments[number]);
    const Scope inside{scope.place, scope.owner, &bound};
    return translate(*body, inside);
}

NodeId SbmlMath::arithmetic(const ::ASTNode& node, const Scope& scope, Arguments arguments) {
    const int type = node.getType();
    const auto takes = [&](std::size_t fewest, std::size_t most) {
        expect_arguments(node, scope, arguments.size(), fewest, most);
    };
    constexpr std::size_t any = std::numeric_limits<std::size_t>::max();
    if (const auto op = find(of_one, type)) return takes(1, 1), graph_.make(*op, arguments[0]);
    if (const auto op = find(of_reciprocal, type)) return takes(1, 1), graph_.make(*op, reciprocal(arguments[0]));
    if (const auto op = find(reciprocal_of, type)) return takes(1, 1), reciprocal(graph_.make(*op, arguments[0]));
    if (const auto op = find(relations, type))
        return takes(type == AST_RELATIONAL_NEQ ? 2 : 1, any), relation(*op, arguments);
    switch (type) {
        case AST_PLUS: return from_left(Op::add, arguments, 0.0);
        case AST_TIMES: return from_left(Op::multiply, arguments, 1.0);
        case AST_MINUS:
            takes(1, 2);
            if (arguments.size() == 1) return graph_.make(Op::negate, arguments[0]);
            return graph_.make(Op::subtract, arguments[0], arguments[1]);
        case AST_DIVIDE: return takes(2, 2), graph_.make(Op::divide, arguments[0], arguments[1]);
        case AST_POWER:
        case AST_FUNCTION_POWER: return takes(2, 2), graph_.make(Op::power, arguments[0], arguments[1]);
        case AST_FUNCTION_ROOT: return takes(1, 2), root(arguments);
        case AST_FUNCTION_LOG: {
            takes(1, 2);
            if (arguments.size() == 1) return graph_.make(Op::log10, arguments[0]);
            if (graph_.is_constant(arguments[0], 10.0)) return graph_.make(Op::log10, arguments[1]);
            if (graph_.is_constant(arguments[0], 2.0)) return graph_.make(Op::log2, arguments[1]);
            return graph_.make(Op::divide, graph_.make(Op::log, arguments[1]), graph_.make(Op::log, arguments[0]));
        }
        case AST_FUNCTION_FACTORIAL: {
            takes(1, 1);
            return graph_.make(Op::tgamma, graph_.make(Op::add, arguments[0], graph_.constant(1.0)));
        }
        case AST_FUNCTION_PIECEWISE: return piecewise(arguments);
        case AST_FUNCTION_MIN: return takes(1, any), from_left(Op::min, arguments, 0.0);
        case AST_FUNCTION_MAX: return takes(1, any), from_left(Op::max, arguments, 0.0);
        case AST_FUNCTION_QUOTIENT:
            return takes(2, 2), graph_.make(Op::trunc, graph_.make(Op::divide, arguments[0], arguments[1]));
        case AST_FUNCTION_REM: return takes(2, 2), graph_.make(Op::fmod, arguments[0], arguments[1]);
        case AST_FUNCTION_DELAY: return takes(2, 2), meanings_.delayed(arguments[0], arguments[1], scope);
        case AST_FUNCTION_RATE_OF: return takes(1, 1), meanings_.rate_of(arguments[0], scope);
        case AST_LOGICAL_AND:
        case AST_LOGICAL_OR:
        case AST_LOGICAL_XOR: return logic(node, arguments);
        case AST_LOGICAL_NOT: return takes(1, 1), graph_.make(Op::logical_not, arguments[0]);
        case AST_LOGICAL_IMPLIES: {
            takes(2, 2);
            return graph_.make(Op::logical_or, graph_.make(Op::logical_not, arguments[0]), arguments[1]);
        }
        default: refuse(scope, "uses `" + spelling_of(node) + "`, which is not treated");
    }
}

NodeId SbmlMath::logic(const ::ASTNode& node, Arguments arguments) {
    std::vector<NodeId> truths;
    for (const NodeId argument : arguments) truths.push_back(truth(argument));
    switch (static_cast<int>(node.getType())) {
        case AST_LOGICAL_AND: return from_left(Op::logical_and, truths, 1.0);
        case AST_LOGICAL_OR: return from_left(Op::logical_or, truths, 0.0);
        default: return from_left(Op::not_equal, truths, 0.0);  // xor: an odd number of them holds
    }
}

/// a < b < c is a < b and b < c.
NodeId SbmlMath::relation(Op op, Arguments arguments) {
    if (arguments.size() == 1) return graph_.constant(1.0);
    NodeId result = graph_.make(op, arguments[0], arguments[1]);
    for (std::size_t place = 2; place < arguments.size(); ++place)
        result = graph_.make(Op::logical_and, result, graph_.make(op, arguments[place - 1], arguments[place]));
    return result;
}

/// value, condition, value, condition, ..., and the value otherwise: NaN if there is none.
NodeId SbmlMath::piecewise(Arguments arguments) {
    const bool has_otherwise = arguments.size() % 2 == 1;
    NodeId result = has_otherwise ? arguments.back() : graph_.constant(std::numeric_limits<double>::quiet_NaN());
    for (std::size_t piece = arguments.size() / 2; piece-- > 0;)
        result = graph_.make(Op::select, arguments[2 * piece + 1], arguments[2 * piece], result);
    return result;
}

/// degree, radicand; or the radicand of a square root.
NodeId SbmlMath::root(Arguments arguments) {
    const NodeId radicand = arguments.back();
    if (arguments.size() == 1 || graph_.is_constant(arguments[0], 2.0)) return graph_.make(Op::sqrt, radicand);
    if (graph_.is_constant(arguments[0], 3.0)) return graph_.make(Op::cbrt, radicand);
    return graph_.make(Op::power, radicand, reciprocal(arguments[0]));
}

NodeId SbmlMath::truth(NodeId value) {
    return is_truth_value(graph_, value) ? value : graph_.make(Op::not_equal, value, graph_.constant(0.0));
}

NodeId SbmlMath::reciprocal(NodeId value) { return graph_.make(Op::divide, graph_.constant(1.0), value); }

NodeId SbmlMath::from_left(Op op, Arguments arguments, double none) {
    if (arguments.empty()) return graph_.constant(none);
    NodeId result = arguments[0];
    for (const NodeId argument : arguments.subspan(1)) result = graph_.make(op, result, argument);
    return result;
}

}  // namespace kohort::model
