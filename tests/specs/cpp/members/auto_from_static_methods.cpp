// The return type of a static method is the type of an auto variable.
//- user.cpp
struct Pen { static Pen create(); void draw(); };
struct Tool { void draw(); };
void go() {
  auto pen = Pen::create();
//                ^ calls Pen::create() by its qualified name
  pen.draw();
//    ^ calls Pen::draw() by the declared type of what it is called on
  Pen::create().draw();
//              ^ calls Pen::draw() by the declared type of what it is called on
}
