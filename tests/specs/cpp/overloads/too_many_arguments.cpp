// A call with more arguments than any function of the name takes, or with fewer, means none of them.
//: text only: it does not compile
//- user.cpp
void run(int n, int m = 2);
void go() {
  run();
//^ !calls *
  run(1, 2, 3);
//^ !calls *
}
