// What a function or a template declares itself is no mention of what is called so elsewhere.
//: references
//: text only: the compiler's tier says so without asking
//- user.cpp
struct T {};
int size;
int width;
struct Pair { int a; int b; };
template <typename T> T same(T value) { return value; }
//                    ^ !typeOf T
int go(Pair pair) {
  int size = 1;
  auto [width, b] = pair;
  using T = int;
  T sum = size + width;
//^ !references T
//        ^ !references size
//               ^ !references width
  auto twice = [size = 2](int width) { return size * width; };
//                                            ^ !references size
  return sum + twice(1);
}
