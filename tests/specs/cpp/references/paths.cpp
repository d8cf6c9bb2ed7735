// Types, enumerators and variables are mentioned by qualified names, and a template by the specialization that is meant.
//: references
//: text only: the compiler's tier says so without asking
//- user.cpp
namespace lib {
enum class Mode { FAST, SLOW };
int count;
template <typename T> struct Cell {};
template <> struct Cell<int> {};
}
int go() {
  lib::Cell<int> cell;
//     ^ references lib::Cell<int> by the qualified name that is mentioned
//     ^ !references lib::Cell
  return lib::count + (lib::Mode::FAST == lib::Mode::SLOW);
//       ^ references lib by the name that is mentioned in its scope
//            ^ references lib::count by the qualified name that is mentioned
//                                ^ references lib::Mode::FAST by the qualified name that is mentioned
}
