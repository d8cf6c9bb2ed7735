// Explicit template arguments do not change which number of arguments fits.
//- user.cpp
template <class T> T get(int n) { return T(); }
int get(int n, int m);
int go() {
  return get<int>(1) + get(1, 2);
//       ^ calls get(int) by a function of the same file
//                     ^ calls get(int,int) by a function of the same file
}
