// A constructed type may be qualified, have template arguments, and need no parentheses after new.
//- user.cpp
namespace ns {
template <class T> struct Stack { Stack(); Stack(int n); };
struct Plain { Plain(); };
}
void go() {
  auto* one = new ns::Plain;
//                    ^ calls ns::Plain::Plain() by the name of a class
  ns::Stack<int> two(1);
//    ^ calls ns::Stack::Stack(int) by the name of a class
}
