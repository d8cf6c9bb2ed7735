// The compiler reports the class of a field, behind an alias, and in front of a qualified name.
//- user.cpp
struct Point {};
class Shape {
  virtual int area() const;
};
class Square final : public virtual Shape {
  int area() const override { return AREA; }
//    ^ overrides Shape::area() const
  Point corner;
//      ^ [semantic] typeOf Point from Square::corner
  static constexpr int AREA = 2;
};
using Base = Shape;
//    ^ [semantic] typeOf Shape from Base
class Circle : private Base { int area() const override; };
//                     ^ [semantic] inherits Shape as private from Circle
//                     ^ [semantic] references Base from Circle
int Circle::area() const { return 1; }
//  ^ [semantic] references Circle from Circle::area() const
