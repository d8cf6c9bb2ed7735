// A receiver that is a namespace-scope variable has its declared type.
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
namespace a { Pen shared; }
Tool shared;
namespace a {
void go() {
  shared.draw();
//       ^ calls Pen::draw() by the declared type of what it is called on
}
}
void outside(Pen& pen) {
  shared.draw();
//       ^ calls Tool::draw() by the declared type of what it is called on
  a::shared.draw();
//          ^ calls Pen::draw() by the declared type of what it is called on
}
