// A class inherits its bases, with access specifiers and virtual as roles.
//- shape.h
#pragma once
namespace geo {
class Shape {};
class Tool {};
}
//- circle.cpp
#include "shape.h"
namespace geo {
class Circle final : public virtual Shape, Tool {};
//                                  ^ inherits geo::Shape as public virtual by the name of a base
//                                         ^ inherits geo::Tool by the name of a base
}
struct Other : geo::Tool {};
//                  ^ inherits geo::Tool from Other by the name of a base
