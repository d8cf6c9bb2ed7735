// A structured binding has the type of its place in a pair or a tuple; that of a class of one's own has none.
//- user.cpp
#include <map>
#include <tuple>
#include <utility>
struct Pen { void draw(); };
struct Tool { void draw(); };
struct Pair { Pen second; Tool first; };
std::pair<Tool, Pen*> both();
std::tuple<Tool, int, Pen> all();
void go(Pair& pair) {
  auto& [one, two] = pair;
  one.draw();
//    ^ [text] !calls *
//    ^ [semantic] calls Pen::draw()
  auto [tool, pen] = both();
  tool.draw();
//     ^ calls Tool::draw() by the declared type of what it is called on
  pen->draw();
//     ^ calls Pen::draw() by the declared type of what it is called on
  auto [x, y, z] = all();
  z.draw();
//  ^ calls Pen::draw() by the declared type of what it is called on
}
