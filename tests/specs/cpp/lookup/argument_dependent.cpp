// A function that no enclosing scope has resolves if what the file includes has only one of that name.
//- lib.h
#pragma once
namespace geo {
struct Point {};
int norm(const Point& point);
int both(const Point& point);
}
namespace other {
int both(int n);
}
//- user.cpp
#include "lib.h"
int go(const geo::Point& point) {
  return norm(point);
//       ^ calls geo::norm(const Point&) by the only function of that name in what the file includes
}
int two(const geo::Point& point) {
  return both(point);
//       ^ [text] !calls *
//       ^ [semantic] calls geo::both(const Point&)
}
