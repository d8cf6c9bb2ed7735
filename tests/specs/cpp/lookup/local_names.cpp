// What a function declares itself hides functions: a lambda, or a parameter that is called, is none.
//- user.cpp
int run(int n);
int work(int n);
using Callback = int (*)(int);
int by_lambda() {
  auto run = [](int n) { return n; };
  return run(1);
//       ^ [text] !calls *
//       ^ [semantic] !calls run(int)
}
int by_parameter(Callback work) {
  return work(1);
//       ^ !calls *
}
int by_function() { return run(1) + work(2); }
//                         ^ calls run(int) by a function of the same file
//                                  ^ calls work(int) by a function of the same file
