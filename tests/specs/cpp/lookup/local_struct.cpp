// A struct in a function hides a class of its name.
//: known-wrong: classes in functions are not looked for
//- user.cpp
struct Pen { void draw(); };
void go() {
  struct Pen { void draw() {} };
  Pen pen;
  pen.draw();
//    ^ !calls Pen::draw()
}
