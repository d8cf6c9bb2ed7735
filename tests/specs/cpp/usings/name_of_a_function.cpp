// A using-declaration in one function does not hide functions in another.
//- user.cpp
namespace one { int run(int n); }
int run(int n, int m);
int first() {
  using one::run;
  return run(1);
//       ^ calls one::run(int)
}
int second(int (*f)(int)) {
  return run(2, 3);
//       ^ calls run(int,int)
}
