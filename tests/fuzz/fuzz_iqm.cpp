#include "fuzz_reader.hpp"
#include "model/iqm.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kohort::fuzz::try_reader(data, size, kohort::model::read_iqm);
    return 0;
}
