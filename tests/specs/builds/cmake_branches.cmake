# CMake: a variable has the values of all branches, but in each turn of a loop that of this turn alone.
#: exact builds
#- CMakeLists.txt
file(GLOB TESTS *_test.cc)
if(BUILD_TESTS)
  foreach(source ${TESTS})
    get_filename_component(stem ${source} NAME_WE)
    set(target "run_${stem}")
    add_executable(${target} "${source}")
#   ^ builds a_test.cc from run_a_test
#   ^ builds b_test.cc from run_b_test
  endforeach()
endif()
set(IMPL any.cc)
if(WIN32)
  set(IMPL none.cc)
  set(IMPL windows.cc)
elseif(APPLE)
  set(IMPL apple.cc)
endif()
add_library(impl ${IMPL})
#           ^ builds any.cc
#           ^ builds windows.cc
#           ^ builds apple.cc
if(X)
  set(IMPL x.cc)
endif()
if(Y)
  set(IMPL y.cc)
endif()
set(KEPT ${IMPL})
set(IMPL last.cc)
add_library(kept ${KEPT} ${IMPL})
#           ^ builds any.cc
#           ^ builds windows.cc
#           ^ builds apple.cc
#           ^ builds x.cc
#           ^ builds y.cc
#           ^ builds last.cc
foreach(source x.cc)
  get_filename_component(name ${source} NAME_WLE)
  string(PREPEND name "named.")
  add_executable(${name} ${source})
# ^ builds x.cc from named.x
endforeach()
#- one/CMakeLists.txt
project(one)
if(RTOS STREQUAL zephyr)
  set(NAME app)
else()
  set(NAME ${PROJECT_NAME})
  add_executable(${NAME})
# ^ builds one/main.cc from one
endif()
target_sources(${NAME} PRIVATE main.cc)
#- one/main.cc
#- two/CMakeLists.txt
project(two)
add_executable(app two.cc)
#< builds two/two.cc from app
#- two/two.cc
#- a_test.cc
#- b_test.cc
#- any.cc
#- none.cc
#- windows.cc
#- apple.cc
#- x.cc
#- y.cc
#- last.cc
