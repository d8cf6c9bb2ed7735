// Members of an anonymous namespace are local to the file and found as if the namespace were not there.
//- a.cpp
namespace lib {
namespace {
int helper(int n) { return n; }
//  ^ defines Function lib::(anonymous namespace)::helper(int)@a.cpp
}
int a() { return helper(1); }
//               ^ calls lib::(anonymous namespace)::helper(int)@a.cpp by a function of the same file
}
//- b.cpp
namespace lib {
int helper(int n);
int b() { return helper(1); }
//               ^ calls lib::helper(int) by a function of the same file
//               ^ !calls lib::(anonymous namespace)::helper(int)@a.cpp
}
