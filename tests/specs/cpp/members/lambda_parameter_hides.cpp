// A lambda parameter hides a variable of the same name.
//: known-wrong: all variables of one name in a function get the type of the first
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
void go(Pen& pen) {
  auto two = [](Tool& pen) { pen.draw(); };
//                               ^ calls Tool::draw()
//                               ^ !calls Pen::draw()
}
