// A function declared inside a body is called like any other.
//- lib.cpp
int far(int n) { return n; }
//- user.cpp
int go() {
  extern int far(int);
  return far(1);
//       ^ [semantic] calls far(int)
}
