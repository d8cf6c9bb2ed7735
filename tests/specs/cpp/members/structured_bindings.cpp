// A structured binding has no type in the text tier.
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
struct Pair { Pen first; Tool second; };
void go(Pair& pair) {
  auto& [one, two] = pair;
  one.draw();
//    ^ [text] !calls *
//    ^ [semantic] calls Pen::draw()
}
