// A method marked override matches a base method with as many parameters, however they are spelled.
//- user.cpp
using Number = double;
struct Shape { virtual void scale(double by); virtual void scale(double by, int more); };
struct Circle : Shape {
  void scale(Number by) override;
//     ^ overrides Shape::scale(double) by the name and parameters of a virtual method of a base
};
