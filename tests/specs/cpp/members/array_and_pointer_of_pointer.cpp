// Subscripting a pointer to a pointer gives a pointer.
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
void go(Pen** pens, Tool (&tools)[3]) {
  pens[0]->draw();
//         ^ calls Pen::draw() by the declared type of what it is called on
  (*pens)->draw();
//         ^ [semantic] calls Pen::draw()
//         ^ !calls Tool::draw()
  tools[1].draw();
//         ^ [semantic] calls Tool::draw()
//         ^ !calls Pen::draw()
}
