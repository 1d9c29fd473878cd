# Language, floating point and warnings: the same for every library, program, test and compiled model.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)   # compiled models are shared objects
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE ccache)
mark_as_advanced(CCACHE)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()

# The only place that decides how floating point is compiled. Contraction into fused multiply-adds is off: it would
# let the same formula round differently in two inlined copies, and results must not depend on such a choice.
set(KOHORT_FP_FLAGS -ffp-contract=off)

# Everything is made for one machine, compiled models included: libraries with different vector registers would
# disagree about how lanes and small matrices are passed.
set(KOHORT_MACHINE_FLAGS ${KOHORT_FP_FLAGS})
if(KOHORT_ARCH)
  list(APPEND KOHORT_MACHINE_FLAGS -march=${KOHORT_ARCH})
endif()

set(KOHORT_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wold-style-cast -Wcast-qual -Wextra-semi)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ guesses at uninitialised values and is often wrong about std::string, more so under sanitizers
  list(APPEND KOHORT_WARNINGS -Wduplicated-cond -Wlogical-op -Wno-maybe-uninitialized -Wno-psabi)
else()
  # KOKKOS_LAMBDA in a member function captures `this`: that runs on a CPU and crashes on a GPU
  list(APPEND KOHORT_WARNINGS -Wdeprecated-this-capture -Wno-pass-failed)
endif()
if(KOHORT_WERROR)
  list(APPEND KOHORT_WARNINGS -Werror)
endif()

add_library(kohort_flags INTERFACE)
target_compile_options(kohort_flags INTERFACE ${KOHORT_MACHINE_FLAGS} ${KOHORT_WARNINGS})
target_include_directories(kohort_flags INTERFACE
  "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/src" "${PROJECT_BINARY_DIR}/include")
if(KOHORT_SANITIZE)
  target_compile_options(kohort_flags INTERFACE -fsanitize=${KOHORT_SANITIZE} -fno-sanitize-recover=undefined)
  target_link_options(kohort_flags INTERFACE -fsanitize=${KOHORT_SANITIZE})
endif()
