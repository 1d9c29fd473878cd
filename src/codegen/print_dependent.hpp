// Prints how states follow from others.
#pragma once

#include "codegen/labels.hpp"

#include <string>

namespace kohort::codegen {

/// b[dependent] = sum of factor times b[part], for each dependent state; straight: where print_solve has left x<part>.
[[nodiscard]] std::string print_follow(const ModelPlan& plan, const Labels& labels, bool straight, int indent);

/// size[dependent] = sum of |factor| times |y_new[part] - y[part]|, for each dependent state.
[[nodiscard]] std::string print_followed_size(const ModelPlan& plan, const Labels& labels, int indent);

}  // namespace kohort::codegen
