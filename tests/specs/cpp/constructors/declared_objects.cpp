// `Type name;` and `Type{1}` call a constructor where the class has one; an aggregate, a number and an enumeration none.
//- user.cpp
namespace a {
struct Plain { int n; };
enum Kind { First };
using Number = int;
struct Box { Box(); Box(int n); Box(int n, int m); };
struct Base { Base(); };
struct Derived : Base {};
Box give(int n) {
  Box one;
//^ calls a::Box::Box() by the class of an object that is made where it is declared
  const Box two{1, 2};
//      ^ calls a::Box::Box(int,int) by the class of an object that is made where it is declared
  Plain plain;
//^ !calls a::Plain
  Kind kind;
//^ !calls a::Kind
  Number number;
//^ !calls a::Number
  Derived derived;
//^ [text] calls a::Derived by the class of an object that is made where it is declared
  if (n) return Box{n};
//              ^ calls a::Box::Box(int) by the class of an object that is made where it is declared
  return one;
}
}
