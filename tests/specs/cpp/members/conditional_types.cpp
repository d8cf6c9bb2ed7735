// Casts and dereferences never resolve to a member of an unrelated class.
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
