// A call may contain spaces, comments and nested template arguments.
//- user.cpp
namespace a::b {
int g(int x, int y);
template <class T> int t(int x, int y) { return x; }
}
template <class T> struct A {};
int go(int x, int y) {
  a :: b :: g( x , y );
//          ^ calls a::b::g(int,int) by its qualified name
  x = y + a::b::g(/* a, b */ 1, x);
//              ^ calls a::b::g(int,int) by its qualified name
  return a::b::t<A<A<int>>>(x, y);
//             ^ calls a::b::t(int,int) by its qualified name
}
