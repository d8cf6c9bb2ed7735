// A variable that holds a function hides functions of scopes around it.
//: known-wrong: variables of namespaces are not seen to hide functions
//- user.cpp
int run(int n);
namespace a {
extern int (*run)(int n);
int go() {
  return run(1);
//       ^ !calls run(int)
}
}
