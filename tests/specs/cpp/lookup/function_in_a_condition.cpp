// Calls in conditions, return statements and default member initializers are calls.
//- user.cpp
int f(int n);
struct A {
  int a = f(1);
//        ^ calls f(int) from A::a by a function of the same file
  int b{f(2)};
//      ^ calls f(int) from A::b by a function of the same file
};
int go(int x) {
  if (int y = f(3); y) return f(4);
//            ^ calls f(int) from go(int) by a function of the same file
  return x ? f(5) : -f(6);
//                   ^ calls f(int) from go(int) by a function of the same file
}
