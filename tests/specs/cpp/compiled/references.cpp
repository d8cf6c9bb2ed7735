// The compiler tells reads of a variable from writes and from taking its address.
//- user.cpp
struct Point { int x = 0; int y = 0; };
int global = 0;
int* where = &global;
//            ^ [semantic] references global as address from where
void use(const Point& a) {
//             ^ [semantic] references Point from use
  int sum = global + a.x;
//          ^ [semantic] references global as read from use
//                     ^ [semantic] references Point::x as read from use
}
void set(Point& p) {
  global = 1;
//^ [semantic] references global as write from set
  p.x = 2;
//  ^ [semantic] references Point::x as write from set
  p.y += 3;
//  ^ [semantic] references Point::y as read write from set
}
struct Shape {
  explicit Shape(int id) : id_(id) {}
//                         ^ [semantic] references Shape::id_ as write from Shape::Shape(int)
  int id_;
};
