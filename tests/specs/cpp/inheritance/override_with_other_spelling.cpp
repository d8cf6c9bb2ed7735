// A method marked override whose parameters are spelled otherwise overrides the one with as many.
//- user.cpp
using Number = double;
struct Shape { virtual void scale(double by); virtual void scale(double by, int more); };
struct Circle : Shape {
  void scale(Number by) override;
//     ^ overrides Shape::scale(double) by the name and parameters of a virtual method of a base
};
