// A call through a pointer to a member gives no edge.
//- user.cpp
struct Pen { void draw(int n); };
void go(Pen& pen, void (Pen::*draw)(int)) {
  (pen.*draw)(1);
//      ^ !calls Pen::draw(int)
}
