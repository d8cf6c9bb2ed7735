// The type of a field is looked up in the bases of its class.
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
