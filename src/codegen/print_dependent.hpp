// Prints how states follow from others.
#pragma once

#include "codegen/labels.hpp"

#include <string>

namespace kohort::codegen {

/// array[dependent] = sum of factor times array[part], for each dependent state; local: where x<part> stands for array[part].
[[nodiscard]] std::string print_follow(const ModelPlan& plan, const Labels& labels, const std::string& array,
                                       bool local, int indent);

/// size[dependent] = sum of |factor| times |y_new[part] - y[part]|, for each dependent state.
[[nodiscard]] std::string print_followed_size(const ModelPlan& plan, const Labels& labels, int indent);

}  // namespace kohort::codegen
