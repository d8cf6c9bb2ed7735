// What is static or in an anonymous namespace is a symbol of its file.
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
