// A cast that is spelled as a call is no call of a function.
//- user.cpp
typedef int number;
long wide(int n);
int go(long x) {
  number(x);
//^ !calls *
  return int(x);
//       ^ !calls *
}
