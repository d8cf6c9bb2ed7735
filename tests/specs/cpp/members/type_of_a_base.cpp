// A class that is named as its member's type is found in the bases, too.
//- user.cpp
struct Tools { struct Pen { void draw(); }; };
struct Pen { void draw(); };
struct Shape : Tools {
  Pen pen;
  void go() {
    pen.draw();
//      ^ calls Tools::Pen::draw() by the declared type of what it is called on
//      ^ !calls Pen::draw()
  }
};
