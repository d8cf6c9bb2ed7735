// Variables, new expressions and temporaries call the constructor with as many parameters as arguments.
//- circle.h
#pragma once
namespace geo {
struct Circle {
  Circle(double r);
  Circle(double x, double y);
};
}
//- user.cpp
#include "circle.h"
void go() {
  geo::Circle one(2);
//            ^ calls geo::Circle::Circle(double) by the name of a class
  geo::Circle two(1, 2);
//            ^ calls geo::Circle::Circle(double,double) by the name of a class
  auto* three = new geo::Circle(1);
//                       ^ calls geo::Circle::Circle(double) by the name of a class
  geo::Circle(1, 2);
//     ^ calls geo::Circle::Circle(double,double) by the name of a class
}
