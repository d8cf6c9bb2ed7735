// Calling a local lambda or a parameter is not a call of a function of the same name.
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
