# CMake: variables, functions and targets are symbols; their files are links.
#: exact defines links
#- CMakeLists.txt
# top
cmake_minimum_required(VERSION 3.5)
set(SRC "${PROJECT_SOURCE_DIR}/src")
#   ^ defines Variable SRC@CMakeLists.txt
option(TESTS "Build tests" ON)
#      ^ defines Variable TESTS@CMakeLists.txt
function(add_it name)
#        ^ defines Function add_it@CMakeLists.txt
  set(inner 1)
  add_test(${name})
endfunction()
add_library(core STATIC a.cc
#                       ^ links a.cc
#           ^ defines Target core@CMakeLists.txt
  ${SRC}/b.cc ${OTHER}/c.cc #[[ no.cc ]]
#        ^ links src/b.cc
)
add_subdirectory(test)
#                ^ links test
include(cmake/x.cmake)
#             ^ links cmake/x.cmake
#- a.cc
#- cmake/x.cmake
#- test/CMakeLists.txt
#- src/b.cc
