// A type alias inside a function resolves to the type that it names.
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
void go(Pen& given) {
  using Own = Pen;
  Own own;
  own.draw();
//    ^ [semantic] calls Pen::draw()
//    ^ !calls Tool::draw()
}
