// Arrays of an IQM text, written out before anything else reads it:
//
//   d/dt(X<k,1:3>) = a*X<k-1> - k*X<k>     is   d/dt(X1) = a*X0 - 1*X1   and so on to X3
//   X<k,1:3>(0) = 10*k                     X<k,[1,4]>, X<k,0:2:8>, X<k,1:N>, N being a parameter; X_2 for an index of -2
//   total = arraysumIQM(2*X<k,1:3>)        in MODEL VARIABLES, once a line
//
// Arrays are of states, variables and reactions, as in IQM Tools' own convertTEXTArrayDefIQM. There an index of -2 is put in
// without brackets; here it is the number.
#pragma once

#include "model/iqm_text.hpp"

#include <string>
#include <vector>

namespace kohort::model {

/// Changes text, if it has arrays. Returns remarks. Throws InputError for what is no array, and for 100,000 elements or more.
std::vector<std::string> write_out_arrays(IqmText& text, const std::string& file);

}  // namespace kohort::model
