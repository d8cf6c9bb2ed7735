// An element of a map has the map's value type.
//- user.cpp
#include <map>
#include <string>
struct Pen { void draw(); };
struct Tool { void draw(); };
void go(std::map<std::string, Pen>& pens) {
  pens["a"].draw();
//          ^ calls Pen::draw() by the declared type of what it is called on
  pens.at("b").draw();
//             ^ [semantic] calls Pen::draw()
//             ^ !calls Tool::draw()
}
