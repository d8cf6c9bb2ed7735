// `import` leads to the unit that says it is the module, wherever that stands; an implementation imports its interface.
//: text only: the compiler is not asked for modules
//- shapes/interface.cppm
module;
#include <vector>
export module geo.shapes;
export import :circles;
//< imports parts/round.cppm
import std;
//< imports external std
import other.library;
//< imports external other.library
#if defined(FAST)
import fast.library;
//< imports external fast.library if defined(FAST)
#endif
export int area(int side);
//- parts/round.cppm
export module geo.shapes:circles;
import :hidden;
//< imports parts/hidden.cpp
export int circle(int radius);
//- parts/hidden.cpp
module geo.shapes:hidden;
int secret() { return 1; }
//- shapes/code.cpp
module geo.shapes;
//< imports shapes/interface.cppm
import :nowhere;
//< !imports parts/hidden.cpp
int area(int side) { return circle(side); }
//                          ^ calls circle(int)
//- user.cpp
#if 0
import geo.shapes;
//< !imports shapes/interface.cppm
#endif
import geo.shapes;
//< imports shapes/interface.cppm
import geo.shapes [[maybe_unused]];
//< imports shapes/interface.cppm
int use() { return area(2); }
//                 ^ calls area(int)
//- one/twin.cppm
export module twin;
//- two/twin.cppm
export module twin;
//- one/user.cpp
import twin;
//< imports one/twin.cppm
//- three/user.cpp
import twin;
//< !imports one/twin.cppm
