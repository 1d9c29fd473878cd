#include "codegen/plugin.hpp"

#include "base/errors.hpp"

#include <dlfcn.h>

namespace kohort::codegen {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file) {
    const char* reason = dlerror();
    throw InputError({.file = file.string()},
                     std::string("this compiled model cannot be loaded: ") + (reason != nullptr ? reason : "no reason given"),
                     "delete it; it will be compiled again");
}

}  // namespace

Plugin::Plugin(const std::filesystem::path& file)
    : file_(std::filesystem::absolute(file)), library_(dlopen(file_.c_str(), RTLD_NOW | RTLD_LOCAL), [](void* library) {
          if (library != nullptr) dlclose(library);
      }) {
    if (library_ == nullptr) refuse(file_);
}

void* Plugin::symbol(const char* name) const {
    void* address = dlsym(library_.get(), name);
    if (address == nullptr) refuse(file_);
    return address;
}

}  // namespace kohort::codegen
