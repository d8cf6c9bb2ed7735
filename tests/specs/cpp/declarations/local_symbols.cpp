// Static symbols and those in an anonymous namespace are local to their file.
//- a.cpp
static int count;
//         ^ defines Variable count@a.cpp
static void f() {}
//          ^ defines Function f()@a.cpp
//- b.cpp
static void f() {}
//          ^ defines Function f()@b.cpp
namespace { struct Own {}; }
//                 ^ defines Struct (anonymous namespace)::Own@b.cpp
