# CMake: functions and macros that make targets are followed; a target is made where they are called.
#: exact builds linksAgainst runs
#- CMakeLists.txt
include(cmake/helpers.cmake)
add_library(core core.cc)
#           ^ builds core.cc
add_subdirectory(tests)
foreach(tool one two)
  add_executable(${tool} ${tool}.cc)
# ^ builds one.cc from one
# ^ builds two.cc from two
endforeach()
#- cmake/helpers.cmake
function(my_add_test name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/unknown.cc)
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} $<$<BOOL:${X}>:-lrt> pthread)
  add_test(NAME ${name} COMMAND ${name})
endfunction()
macro(my_tests)
  foreach(each ${ARGV})
    my_add_test(${each} SRCS ${each}.cc DEPS core::core)
  endforeach()
endmacro()
function(endless name)
  endless(${name})
endfunction()
#- tests/CMakeLists.txt
my_add_test(a_test SRCS a_test.cc DEPS core)
#< builds tests/a_test.cc
#< linksAgainst core from a_test
#< runs a_test
my_tests(b_test)
#< builds tests/b_test.cc
#< linksAgainst core from b_test
#< runs b_test
add_library(core::core ALIAS core)
endless(x)
add_executable(${UNKNOWN} a_test.cc)
#< notes line 5: the name of a target depends on ${UNKNOWN}, which is not known
#- tests/a_test.cc
#- tests/b_test.cc
#- core.cc
#- one.cc
#- two.cc
