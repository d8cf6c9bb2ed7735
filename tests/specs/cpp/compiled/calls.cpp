// The compiler resolves overloaded operators, calls in lambdas, and functions that macros define.
//- user.cpp
struct Point { int x; };
Point operator+(const Point& a, const Point& b);
#define DECLARE_GETTER(name) int get_##name() const { return name; }
struct Shape {
  DECLARE_GETTER(id_)
//               ^ [semantic] defines Method Shape::get_id_()
  int id_;
};
template <class T> T twice(T t) { return t; }
int use(Shape& s, Point p) {
  auto f = [&](int q) { return twice(q); };
//                             ^ calls twice(T) from use
  Point r = p + p;
//            ^ [semantic] calls operator+ from use
  return s.get_id_() + f(r.x);
//         ^ [semantic] calls Shape::get_id_() from use
}
