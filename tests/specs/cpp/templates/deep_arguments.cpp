// Template arguments are no part of a name, however deep they are.
//: known-wrong: arguments with arguments are read to a depth of three alone
//- user.cpp
namespace ns { template <class T> int t(int x) { return x; } }
template <class T> struct A {};
int go(int x) {
  return ns::t<A<A<A<int>>>>(x);
//           ^ calls ns::t(int)
}
