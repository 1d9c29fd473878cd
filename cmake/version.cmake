# base/version.hpp in the build folder. It is rewritten only when its text changes.

string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
list(JOIN KOHORT_MACHINE_FLAGS " " machine_flags)
string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}} ${machine_flags}" KOHORT_BUILD_FLAGS)
set(KOHORT_PLUGIN_FLAGS "-std=c++${CMAKE_CXX_STANDARD} -O3 -DNDEBUG -fPIC -shared ${machine_flags}")
configure_file(cmake/version.hpp.in include/base/version.hpp @ONLY)
