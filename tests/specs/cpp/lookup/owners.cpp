// A call belongs to the innermost symbol around it: a function, a variable or a class.
//- user.cpp
int size(int n);
int g();
int table[] = {size(1)};
//             ^ calls size(int) from table by a function of the same file
namespace a {
struct B {
  B() : n(g()) { g(); }
//        ^ calls g() from a::B::B() by a function of the same file
  int n;
  int m() { return g(); }
//                 ^ calls g() from a::B::m() by a function of the same file
};
}
void later(int n = size(2));
//                 ^ [text] calls size(int) from later(int) by a function of the same file
