// A variable of an inner block hides the outer one until the block ends.
//: known-wrong: all variables of one name in a function get the type of the first
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
void go(Pen& pen, Tool& tool) {
  {
    Tool& pen = tool;
    pen.draw();
//      ^ calls Tool::draw()
  }
  pen.draw();
//    ^ calls Pen::draw()
}
