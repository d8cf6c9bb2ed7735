// A qualified name resolves to a static function of the same file, not of another file.
//- a.cpp
namespace lib { static int helper(int n) { return n; } }
int a() { return lib::helper(1); }
//                    ^ calls lib::helper(int)@a.cpp by its qualified name
//- b.cpp
namespace lib { static int helper(int n) { return n + 1; } }
int b() { return lib::helper(1); }
//                    ^ calls lib::helper(int)@b.cpp by its qualified name
