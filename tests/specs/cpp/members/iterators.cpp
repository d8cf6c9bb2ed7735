// Iterators and element accessors never resolve to a member of an unrelated class.
//- user.cpp
#include <vector>
struct Pen { void draw(); };
struct Tool { void draw(); };
void go(std::vector<Pen>& pens) {
  pens.front().draw();
//             ^ [semantic] calls Pen::draw()
//             ^ !calls Tool::draw()
  pens.begin()->draw();
//              ^ [semantic] calls Pen::draw()
//              ^ !calls Tool::draw()
}
