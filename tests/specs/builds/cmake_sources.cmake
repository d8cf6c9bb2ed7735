# CMake: a target is built of the files that its commands name, through variables, lists and globs.
#: exact builds
#- CMakeLists.txt
project(p)
set(SRCS a.cc src/b.cc)
list(APPEND SRCS "${CMAKE_CURRENT_SOURCE_DIR}/src/c.cc")
file(GLOB GLOBBED src/glob/*.cc)
add_library(core STATIC ${SRCS} ${GLOBBED} ${UNSET} gone.cc)
#           ^ builds a.cc
#           ^ builds src/b.cc
#           ^ builds src/c.cc
#           ^ builds src/glob/g.cc
#           ^ builds inc/core.h
#           ^ notes line 5: a source of core depends on ${UNSET}, which is not known
target_sources(core PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/inc/core.h>)
if(WIN32)
  set(IMPL impl_win.cc)
else()
  set(IMPL impl_posix.cc)
endif()
add_executable(app main.cc ${IMPL})
#              ^ builds main.cc
#              ^ builds impl_win.cc
#              ^ builds impl_posix.cc
if(FALSE)
  add_executable(never main.cc)
endif()
set(STALE a.cc)
string(REGEX REPLACE "a" "b" STALE "${STALE}")
add_library(computed ${STALE})
#           ^ notes line 18: a source of computed depends on ${STALE}, which is not known
#- a.cc
#- src/b.cc
#- src/c.cc
#- src/glob/g.cc
#- src/glob/h.h
#- src/glob/deep/d.cc
#- inc/core.h
#- main.cc
#- impl_win.cc
#- impl_posix.cc
