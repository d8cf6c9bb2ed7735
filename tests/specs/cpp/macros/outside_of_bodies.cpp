// A macro outside a function body is expanded by the namespace or the file around it.
//- user.cpp
#define CHECK(x) static_assert(x)
constexpr int helper(int n) { return n; }
namespace user {
CHECK(helper(3));
//< [text] expands CHECK from user by the name of a macro
//    ^ [text] calls helper(int) from user by a function of the same file
}
CHECK(helper(4));
//< expands CHECK from user.cpp by the name of a macro
