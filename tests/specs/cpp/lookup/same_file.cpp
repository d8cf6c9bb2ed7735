// A static function is called only from its own file.
//- a.cpp
static int helper(int n) { return n; }
int a() { return helper(1); }
//               ^ calls helper(int)@a.cpp by a function of the same file
//               ^ !calls helper(int)@b.cpp
//- b.cpp
static int helper(int n) { return n + 1; }
int b() { return helper(1); }
//               ^ calls helper(int)@b.cpp by a function of the same file
//               ^ !calls helper(int)@a.cpp
//- c.cpp
int helper(int n);
int c() { return helper(1); }
//               ^ calls helper(int) by a function of the same file
//               ^ !calls helper(int)@a.cpp
