// The compiler resolves members of specializations, implicit constructors and calls through objects.
//- shape.h
#pragma once
struct Shape { virtual int area() const = 0; };
struct Square : Shape { Square(); int area() const override; };
template <class T> struct Stack { void push(const T& item) { last = item; } T last; };
template <> struct Stack<bool> { void push(bool item); };
//- main.cpp
#include "shape.h"
static int helper(int a) { return a; }
int use(Stack<int>& s, Stack<bool>& b, const Shape& shape) {
  s.push(3);
//  ^ calls Stack::push(const T&)
  b.push(true);
//  ^ [semantic] calls Stack<bool>::push(bool)
  Square sq;
//^ [semantic] references Square from use
//       ^ [semantic] calls Square::Square() from use
  return sq.area() + shape.area() + helper(1);
//          ^ calls Square::area() const
//                         ^ calls Shape::area() const
//                                  ^ calls helper(int)@main.cpp
}
//- other.cpp
#include "shape.h"
static int helper(int a) { return a + 1; }
int other(Shape& shape) { return helper(shape.area()); }
//                               ^ calls helper(int)@other.cpp
//                               ^ !calls helper(int)@main.cpp
