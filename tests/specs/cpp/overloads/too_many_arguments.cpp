// A call with too few or too many arguments gives no edge.
//: text only: it does not compile
//- user.cpp
void run(int n, int m = 2);
void go() {
  run();
//^ !calls *
  run(1, 2, 3);
//^ !calls *
}
