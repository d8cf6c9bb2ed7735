// A variable of an inner block hides one of the block around it, up to its end.
//: known-wrong: of the variables of one name in a function, the first tells the type of all
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
