// Overrides are found through several levels of bases in several files.
//- shape.h
#pragma once
namespace geo {
struct Shape { virtual double area() const = 0; };
struct Round : Shape { double radius; };
}
//- circle.h
#pragma once
#include "shape.h"
namespace geo {
struct Circle final : public virtual Round {
//                                   ^ inherits geo::Round as public virtual by the name of a base
  double area() const override;
//       ^ overrides geo::Shape::area() const by the name and parameters of a virtual method of a base
};
}
//- circle.cpp
#include "circle.h"
double geo::Circle::area() const { return radius; }
//                  ^ defines Method geo::Circle::area() const
