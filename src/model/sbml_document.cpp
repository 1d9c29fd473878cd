#include "model/sbml_document.hpp"

#include "base/text.hpp"
#include "model/model_file.hpp"
#include "model/xml_depth.hpp"

#include <sbml/conversion/ConversionProperties.h>
#include <sbml/extension/SBasePlugin.h>
#include <sbml/packages/comp/extension/CompModelPlugin.h>
#include <sbml/packages/comp/extension/CompSBMLDocumentPlugin.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <set>
#include <stdexcept>

namespace kohort::model {

namespace {

// Packages that change what a model computes and that are understood.
constexpr auto known_packages = std::to_array<std::string_view>({"comp", "l3v2extendedmath"});
constexpr std::size_t most_errors_shown = 3;
// libSBML calls itself for every element inside another; 5,000 of them overflow a stack of 8 MB. sbml_math reads formulas of
// 1,000 operations, which are at most two elements each.
constexpr int deepest_element = 2100;

std::string on_one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return std::string(trim(text));
}

void refuse_declarations(std::string_view text, const std::string& file) {
    for (const std::string_view sign : {std::string_view("<!ENTITY"), std::string_view("<!DOCTYPE")}) {
        const std::size_t at = text.find(sign);
        if (at == std::string_view::npos) continue;
        const auto line = static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n')) + 1;
        throw InputError({file, line, 0}, "the file has a `" + std::string(sign) + "` declaration",
                         "SBML needs none: remove it, and write out what its entities stand for");
    }
}

void refuse_depth(std::string_view text, const std::string& file) {
    if (const auto line = line_nested_deeper(text, deepest_element))
        throw InputError({file, *line, 0},
                         "elements are more than " + std::to_string(deepest_element) + " deep inside each other",
                         "write a formula as a few shorter ones; a sum may have many terms in one `plus`");
}

/// Errors that leave what the model computes without doubt: drawings (layout, render) of another level, and references to
/// compartments that are not there, of which this reader complains itself where it needs their size.
bool is_harmless(const ::SBMLError& error) {
    const std::string& message = error.getMessage();
    const auto names = [&](std::string_view text) { return message.find(text) != std::string::npos; };
    switch (error.getErrorId()) {
        case NotSchemaConformant: return names("package 'layout") || names("package 'render");
        case UnrecognizedElement:
            return names("Element 'listOfLayouts'") || names("Element 'listOfGlobalRenderInformation'");
        case InvalidSpeciesCompartmentRef:
        case CompartmentOnReaction: return true;
        default: return false;
    }
}

/// The first error, with how many follow. Harmless ones become remarks.
void refuse_errors(const ::SBMLDocument& document, const std::string& file, std::vector<std::string>& remarks) {
    std::vector<std::string> others;
    const ::SBMLError* first = nullptr;
    std::size_t count = 0;
    for (unsigned number = 0; number < document.getNumErrors(); ++number) {
        const ::SBMLError* const error = document.getError(number);
        if (error->getSeverity() < LIBSBML_SEV_ERROR) continue;
        if (is_harmless(*error)) {
            const Place place{file, static_cast<int>(error->getLine()), static_cast<int>(error->getColumn())};
            remarks.push_back(to_string(place) + ": not correct SBML, and let pass: " + error->getShortMessage());
            continue;
        }
        ++count;
        if (first == nullptr) {
            first = error;
        } else if (others.size() < most_errors_shown) {
            others.push_back("line " + std::to_string(error->getLine()) + ": " + error->getShortMessage());
        }
    }
    if (first == nullptr) return;
    const Place place{file, static_cast<int>(first->getLine()), static_cast<int>(first->getColumn())};
    std::string remedy = "libSBML calls this error " + std::to_string(first->getErrorId());
    if (!others.empty()) remedy += "; " + std::to_string(count - 1) + " more: " + join(others, "; ");
    throw InputError(place, "this is not correct SBML: " + on_one_line(first->getMessage()), remedy);
}

/// Packages that libSBML knows are plug-ins; those that it does not know are kept with their `required` attribute.
void refuse_packages(::SBMLDocument& document, const std::string& file) {
    if (document.getLevel() < 3) return;  // has no packages, and layouts only in annotations
    const auto refuse = [&](const std::string& name) {
        throw InputError({file, 0, 0}, "the model requires the SBML package `" + name + "`, which is not treated",
                         "treated are: comp, and the mathematics of Level 3 Version 2");
    };
    for (unsigned number = 0; number < document.getNumPlugins(); ++number) {
        const std::string name = document.getPlugin(number)->getPackageName();
        const bool known = std::ranges::find(known_packages, name) != known_packages.end();
        if (!known && document.getPackageRequired(name)) refuse(name);
        if (name == "fbc" && document.getModel() != nullptr) refuse("fbc (flux balance)");
    }
    for (int number = 0; number < document.getNumUnknownPackages(); ++number) {
        const std::string name = document.getUnknownPackagePrefix(number);
        if (document.getPackageRequired(name)) refuse(name);
    }
}

/// libSBML compares units where submodels meet, and goes down with operators that have no arguments.
void refuse_incomplete_formulas(::SBMLDocument& document, const std::string& file) {
    const std::unique_ptr<::List> elements(document.getAllElements());
    for (unsigned number = 0; number < elements->getSize(); ++number) {
        const auto* const element = static_cast<const ::SBase*>(elements->get(number));
        if (element->getMath() == nullptr || element->getMath()->isWellFormedASTNode()) continue;
        throw InputError({file, static_cast<int>(element->getLine()), static_cast<int>(element->getColumn())},
                         "the formula of this `" + element->getElementName() +
                             "` has an operator with too few or too many arguments");
    }
}

/// libSBML throws where the namespace of <sbml> is none of SBML's, and forgets to say so when asked for errors.
std::unique_ptr<::SBMLDocument> parse(std::string_view text, const std::string& file) {
    try {
        return std::unique_ptr<::SBMLDocument>(::readSBMLFromString(std::string(text).c_str()));
    } catch (const std::invalid_argument& error) {
        throw InputError({file, 0, 0}, std::string("this is not correct SBML: ") + error.what(),
                         "compare the namespace, level and version of <sbml> with those of another file");
    }
}

/// Files that hold submodels, which libSBML opens by itself: the same is asked of them as of the file that names them. Those that
/// are not there are left to libSBML.
class Externals {
public:
    explicit Externals(std::vector<std::string>& remarks) : remarks_(remarks) {}

    void check(::SBMLDocument& document, const std::string& file) {
        auto* const comp = dynamic_cast<::CompSBMLDocumentPlugin*>(document.getPlugin("comp"));
        if (comp == nullptr) return;
        for (unsigned number = 0; number < comp->getNumExternalModelDefinitions(); ++number)
            check(*comp->getExternalModelDefinition(number), file);
    }

private:
    void check(const ::ExternalModelDefinition& definition, const std::string& file) {
        std::string_view source = definition.getSource();
        if (source.starts_with("file:")) source.remove_prefix(5);
        while (source.starts_with("//")) source.remove_prefix(1);
        const std::filesystem::path path = std::filesystem::path(file).parent_path() / source;
        std::error_code error;
        if (!std::filesystem::is_regular_file(path, error) || !seen_.insert(path.lexically_normal()).second) return;
        const std::string name = path.string();
        const std::string text = read_model_file(path);
        refuse_declarations(text, name);
        refuse_depth(text, name);
        const std::unique_ptr<::SBMLDocument> document = parse(text, name);
        refuse_errors(*document, name, remarks_);
        refuse_packages(*document, name);
        refuse_incomplete_formulas(*document, name);
        check(*document, name);
    }

    std::vector<std::string>& remarks_;
    std::set<std::filesystem::path> seen_;
};

void flatten(::SBMLDocument& document, const std::string& file, std::vector<std::string>& remarks) {
    const auto* const comp = document.getModel() == nullptr
                                 ? nullptr
                                 : dynamic_cast<const ::CompModelPlugin*>(document.getModel()->getPlugin("comp"));
    if (comp == nullptr || comp->getNumSubmodels() == 0) return;
    refuse_incomplete_formulas(document, file);
    Externals(remarks).check(document, file);
    ::ConversionProperties properties;
    properties.addOption("flatten comp", true);
    properties.addOption("performValidation", true);
    properties.addOption("leavePorts", false);
    document.getErrorLog()->clearLog();
    const int result = document.convert(properties);
    refuse_errors(document, file, remarks);
    if (result != LIBSBML_OPERATION_SUCCESS)
        throw InputError({file, 0, 0}, "the submodels cannot be joined into one model (libSBML's answer: " +
                                           std::string(OperationReturnValue_toString(result)) + ")");
}

}  // namespace

Place place_of(const ::SBase& element, const std::string& file) {
    return {file, static_cast<int>(element.getLine()), static_cast<int>(element.getColumn())};
}

SbmlText open_sbml(std::string_view text, const std::string& file) {
    refuse_declarations(text, file);
    refuse_depth(text, file);
    SbmlText result;
    result.document = parse(text, file);
    refuse_errors(*result.document, file, result.remarks);
    if (result.document->getModel() == nullptr) throw InputError({file, 0, 0}, "the file has no SBML model");
    refuse_packages(*result.document, file);
    result.document->setLocationURI("file:" + std::filesystem::absolute(file).string());
    flatten(*result.document, file, result.remarks);
    return result;
}

}  // namespace kohort::model
