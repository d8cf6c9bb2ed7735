// A parameter of a lambda hides a variable of its name.
//: known-wrong: of the variables of one name in a function, the first tells the type of all
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
void go(Pen& pen) {
  auto two = [](Tool& pen) { pen.draw(); };
//                               ^ calls Tool::draw()
//                               ^ !calls Pen::draw()
}
