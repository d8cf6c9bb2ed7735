// A method overrides the nearest virtual method of a base with the same name and parameters.
//- shape.h
#pragma once
struct Shape {
  virtual ~Shape();
  virtual double area() const = 0;
  virtual void scale(double by);
  void plain(int n);
};
struct Round : Shape {
  void scale(double by);
//     ^ overrides Shape::scale(double) by the name and parameters of a virtual method of a base
};
//- circle.cpp
#include "shape.h"
struct Circle : Round {
  double area() const override;
//       ^ overrides Shape::area() const by the name and parameters of a virtual method of a base
  void scale(double by) final;
//     ^ overrides Round::scale(double) by the name and parameters of a virtual method of a base
//     ^ !overrides Shape::scale(double)
  void plain(int n);
//     ^ !overrides *
  void scale(int by, int more);
//     ^ !overrides *
};
