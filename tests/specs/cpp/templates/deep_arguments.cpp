// Template arguments may be nested to any depth.
//: known-wrong: template arguments are read to a depth of three only
//- user.cpp
namespace ns { template <class T> int t(int x) { return x; } }
template <class T> struct A {};
int go(int x) {
  return ns::t<A<A<A<int>>>>(x);
//           ^ calls ns::t(int)
}
