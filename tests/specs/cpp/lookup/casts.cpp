// A functional cast is not a function call.
//- user.cpp
typedef int number;
long wide(int n);
int go(long x) {
  number(x);
//^ !calls *
  return int(x);
//       ^ !calls *
}
