// Commas in brackets, braces, template arguments, lambdas, literals and comments do not separate arguments.
//- user.cpp
struct Pair { Pair(int, int); };
template <class A, class B> struct Map {};
template <class F> void one(F f) {}
template <class F> void one(F f, int) {}
int sum(int a, int b);
void go() {
  one(Map<int, char>());
//^ calls one(F) by a function of the same file
  one(Pair{1, 2});
//^ calls one(F) by a function of the same file
  one("a, b" /* , */);
//^ calls one(F) by a function of the same file
  one([](int a, int b) { return sum(a, b); });
//^ calls one(F) by a function of the same file
//                              ^ calls sum(int,int) by a function of the same file
  one(',', sum(1, 2));
//^ calls one(F,int) by a function of the same file
}
