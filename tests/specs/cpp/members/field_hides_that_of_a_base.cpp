// A field hides a field of a base with the same name.
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
struct Base { Pen it; };
struct Derived : Base {
  Tool it;
  void go() {
    it.draw();
//     ^ calls Tool::draw() by the declared type of what it is called on
    Base::it.draw();
//           ^ [semantic] calls Pen::draw()
//           ^ !calls Tool::draw()
  }
};
