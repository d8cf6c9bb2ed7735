// A struct inside a function hides a class of the same name.
//: known-wrong: classes inside functions are not read
//- user.cpp
struct Pen { void draw(); };
void go() {
  struct Pen { void draw() {} };
  Pen pen;
  pen.draw();
//    ^ !calls Pen::draw()
}
