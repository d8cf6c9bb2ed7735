// A cast, a conditional and a dereference have the types that they name.
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
void go(Pen* pen, void* any) {
  (*pen).draw();
//       ^ [semantic] calls Pen::draw()
//       ^ !calls Tool::draw()
  ((Tool*)any)->draw();
//              ^ [semantic] calls Tool::draw()
//              ^ !calls Pen::draw()
  dynamic_cast<Pen&>(*pen).draw();
//                         ^ [semantic] calls Pen::draw()
//                         ^ !calls Tool::draw()
}
