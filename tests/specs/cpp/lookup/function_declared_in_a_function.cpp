// A function that is declared in a body is called as the one that it declares.
//- lib.cpp
int far(int n) { return n; }
//- user.cpp
int go() {
  extern int far(int);
  return far(1);
//       ^ [semantic] calls far(int)
}
