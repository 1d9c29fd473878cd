// The outer form of an IQM text (also SBtoolbox2, SBPOP, AZRsim): sections of declarations, in one of two layouts.
//
//   ordinary       MODEL STATES has `d/dt(X) = rate`; MODEL REACTIONS has `R = rate`, which rates of states may use
//   biochemical    MODEL STATE INFORMATION has `X(0) = value`; MODEL REACTIONS has `2*A + B => C : R` and `vf = rate`
//
// Both become the sections of a SUND text, so that one set of readers gives both formats the same meaning.
#pragma once

#include "model/sund_text.hpp"

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kohort::model {

/// What stands in braces: {constraints:[0,10]}, {reversible}, {isSpecie:liver:concentration}.
struct IqmMark {
    std::string text;  // without blanks
    Place place;
};

/// One side's species of a reaction.
struct IqmTerm {
    double factor = 1.0;
    std::string species;
    Place place;
};

/// A reaction of the biochemical layout.
struct IqmReaction {
    std::string name;
    Place place;
    std::vector<IqmTerm> substrates;
    std::vector<IqmTerm> products;
    bool is_reversible = false;
    std::vector<Declaration> rates;  // vf, and vr if it is reversible
    std::string comment;
};

struct IqmText {
    SundText sections;            // STATES, PARAMETERS, VARIABLES with ordinary reactions after them, FUNCTIONS, EVENTS
    std::size_t n_variables = 0;  // the first declarations of VARIABLES; reactions follow
    bool is_biochemical = false;
    std::vector<IqmReaction> reactions;         // of the biochemical layout
    std::map<int, std::vector<IqmMark>> marks;  // by the line of the declaration or reaction that they belong to
    std::string time_unit;  // what a line `time_unit = min` of the notes says; empty if there is none
    Place time_unit_place;
    std::vector<std::string> matlab_functions;  // names that the last section defines
    std::deque<std::string> written_out;        // bodies of arrays' elements, which declarations refer to
};

/// What stands after the stars of `********** MODEL STATES`, "MODEL STATES"; empty for every other line.
[[nodiscard]] std::string_view iqm_header(std::string_view line);

/// Throws InputError for an unknown or repeated section, text outside every declaration, braces that are not closed, a
/// formula that goes on after a comment (IQM Tools would take it for part of the comment), or a file of more than 4 MiB.
[[nodiscard]] IqmText cut_iqm(std::string_view text, const std::string& file);

}  // namespace kohort::model
