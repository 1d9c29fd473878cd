# Kokkos::kokkos, version 5 or later.
#
# Debian's libkokkos-dev 5.2.2-2 ships a CMake package that names two static libraries which it does not ship (they
# hold nothing), so find_package fails there. Where only the shared libraries are found, the target is made here.

find_library(KOHORT_KOKKOS_CORE kokkoscore PATH_SUFFIXES lib lib64)
find_library(KOHORT_KOKKOS_CONTAINERS kokkoscontainers PATH_SUFFIXES lib lib64)
find_library(KOHORT_KOKKOS_ALGORITHMS kokkosalgorithms PATH_SUFFIXES lib lib64)
find_path(KOHORT_KOKKOS_INCLUDE KokkosCore_config.h PATH_SUFFIXES include include/kokkos kokkos)
mark_as_advanced(KOHORT_KOKKOS_CORE KOHORT_KOKKOS_CONTAINERS KOHORT_KOKKOS_ALGORITHMS KOHORT_KOKKOS_INCLUDE)

if(DEFINED Kokkos_ROOT OR DEFINED ENV{Kokkos_ROOT} OR KOHORT_KOKKOS_ALGORITHMS OR NOT KOHORT_KOKKOS_CORE)
  find_package(Kokkos 5 CONFIG REQUIRED)
  return()
endif()

file(STRINGS "${KOHORT_KOKKOS_INCLUDE}/KokkosCore_config.h" version REGEX "define KOKKOS_VERSION [0-9]+")
string(REGEX MATCH "[0-9]+$" version "${version}")
if(version LESS 50000)
  message(FATAL_ERROR "Kokkos 5 or later is needed; ${KOHORT_KOKKOS_INCLUDE} has ${version}")
endif()
find_package(OpenMP REQUIRED COMPONENTS CXX)
add_library(Kokkos::kokkos INTERFACE IMPORTED GLOBAL)
target_include_directories(Kokkos::kokkos SYSTEM INTERFACE "${KOHORT_KOKKOS_INCLUDE}")
target_link_libraries(Kokkos::kokkos INTERFACE
  "${KOHORT_KOKKOS_CONTAINERS}" "${KOHORT_KOKKOS_CORE}" OpenMP::OpenMP_CXX)
message(STATUS "Found Kokkos ${version}: ${KOHORT_KOKKOS_CORE}")
