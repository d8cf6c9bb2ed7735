// A using or an alias of a namespace in a method counts as one in a function does; one that names a base is no such.
//- tool.h
namespace far {
void reach(int);
namespace deep { void dive(int); void swim(int); }
}
struct Base { void reach(double); };
struct Tool : Base {
  using Base::reach;
  void by_directive();
  void by_declaration();
  void by_alias();
  void by_base();
};
//- tool.cpp
#include "tool.h"
void Tool::by_directive() {
  using namespace far::deep;
  swim(1);
//^ calls far::deep::swim
}
void Tool::by_declaration() {
  using far::deep::dive;
  dive(1);
//^ calls far::deep::dive
}
void Tool::by_alias() {
  namespace here = far;
  here::reach(1);
//      ^ calls far::reach
}
void Tool::by_base() {
  reach(1.0);
//^ calls Base::reach
}
