// A parameter that is a pointer to a function hides a function of its name.
//: known-wrong: a parameter whose name stands in the middle of its type is not seen to hide functions
//- user.cpp
int work(int n);
int by_parameter(int (*work)(int)) {
  return work(1);
//       ^ !calls work(int)
}
