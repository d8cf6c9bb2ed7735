// A variable of a namespace hides functions of the scopes around it.
//: known-wrong: variables of a namespace do not hide functions
//- user.cpp
int run(int n);
namespace a {
extern int (*run)(int n);
int go() {
  return run(1);
//       ^ !calls run(int)
}
}
