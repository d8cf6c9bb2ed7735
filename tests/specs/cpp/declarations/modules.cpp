// The directives of modules hide no declaration, exported or not.
//: text only: the compiler would have to build the modules
//- shapes.cppm
module;
#include <vector>
export module shapes.round:part;
import std;
export import :other;
export { void in_block(); int number; }
//            ^ declares Function in_block()
//                            ^ defines Variable number
export template <class T> struct Circle { T radius; };
//                               ^ defines Struct Circle
export namespace ns { void inner(); }
//                         ^ declares Function ns::inner()
export int area() { return 1; }
//         ^ defines Function area()
module :private;
int hidden;
//  ^ defines Variable hidden
