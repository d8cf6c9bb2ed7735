// A function pointer parameter hides a function of the same name.
//: known-wrong: a parameter whose name is in the middle of its type does not hide functions
//- user.cpp
int work(int n);
int by_parameter(int (*work)(int)) {
  return work(1);
//       ^ !calls work(int)
}
