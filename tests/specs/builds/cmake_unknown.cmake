# CMake: what is not evaluated is remarked on, so that no answer takes it for what is not there.
#: exact builds notes
#- CMakeLists.txt
include(FromElsewhere)
elsewhere_add_library(other a.cc)
#< notes line 2: elsewhere_add_library() is not defined in the repository: what it makes is not known
elsewhere_add_library(again a.cc)
file(GLOB NONE none/*.cc)
#< notes line 4: no file matches the patterns of NONE
add_library(core a.cc $<TARGET_PROPERTY:other,SOURCES> ${NONE})
#           ^ builds a.cc
#           ^ notes line 5: a source of core depends on $<TARGET_PROPERTY:other,SOURCES>, which is not evaluated
add_subdirectory(${WHERE})
#< notes line 6: a folder that is added depends on ${WHERE}, which is not known
target_compile_options(core PRIVATE -Wall)
#- a.cc
