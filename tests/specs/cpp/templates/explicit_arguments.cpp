// Explicit template arguments are not part of a function's name.
//- user.cpp
template <class T> struct A {};
namespace ns {
template <class T> T make(int n) { return T(); }
template <class T> struct Maker { static void go(int n); };
}
void go() {
  ns::make<int>(1);
//    ^ calls ns::make(int) by its qualified name
  ns::make<A<A<int>>>(2);
//    ^ calls ns::make(int) by its qualified name
  ns::Maker<A<int>>::go(3);
//                   ^ calls ns::Maker::go(int) by its qualified name
}
