// A parameter hides a field of the same name.
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
struct Shape {
  Pen pen;
  void go(Tool& pen) {
    pen.draw();
//      ^ calls Tool::draw() by the declared type of what it is called on
    this->pen.draw();
//            ^ calls Pen::draw() by the declared type of what it is called on
  }
};
