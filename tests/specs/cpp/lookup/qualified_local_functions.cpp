// A qualified name leads to a local function of the same file, or of a header that it includes, and of no other.
//- a.cpp
namespace lib { static int helper(int n) { return n; } }
int a() { return lib::helper(1); }
//                    ^ calls lib::helper(int)@a.cpp by its qualified name
//- b.cpp
namespace lib { static int helper(int n) { return n + 1; } }
int b() { return lib::helper(1); }
//                    ^ calls lib::helper(int)@b.cpp by its qualified name
