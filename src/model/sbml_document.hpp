// From the text of an SBML file to libSBML's model: checked for what is not XML or not SBML, packages looked at, `comp`
// flattened.
#pragma once

#include "base/errors.hpp"

#include <sbml/SBMLTypes.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kohort::model {

struct SbmlText {
    std::unique_ptr<::SBMLDocument> document;  // has a model
    std::vector<std::string> remarks;          // what was let pass
};

/// Throws InputError for broken or truncated XML, entity declarations, anything that libSBML calls an error, and required
/// packages other than comp and extended mathematics.
[[nodiscard]] SbmlText open_sbml(std::string_view text, const std::string& file);

/// Where an element stands; line 0 after flattening.
[[nodiscard]] Place place_of(const ::SBase& element, const std::string& file);

}  // namespace kohort::model
