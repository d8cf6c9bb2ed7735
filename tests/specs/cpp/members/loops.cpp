// A loop goes over the elements of a container: of a map these are pairs.
//- user.cpp
#include <map>
#include <vector>
struct Pen { void draw(); };
struct Tool { void draw(); };
struct Pens {
  typedef Pen* iterator;
  iterator begin();
  iterator end();
  Tool& operator[](int);
};
void go(std::map<Tool*, Pen>& of_tools, std::vector<Pen>& pens, Pens& own) {
  for (auto& each : pens) each.draw();
//                             ^ calls Pen::draw() by the declared type of what it is called on
  for (auto& each : of_tools) {
    each.second.draw();
//              ^ calls Pen::draw() by the declared type of what it is called on
    each.first->draw();
//              ^ calls Tool::draw() by the declared type of what it is called on
  }
  for (auto& [tool, pen] : of_tools) {
    tool->draw();
//        ^ calls Tool::draw() by the declared type of what it is called on
    pen.draw();
//      ^ calls Pen::draw() by the declared type of what it is called on
  }
  for (auto& mine : own) mine.draw();
//                            ^ calls Pen::draw() by the declared type of what it is called on
  Tool tools[3];
  for (auto& tool : tools) tool.draw();
//                              ^ calls Tool::draw() by the declared type of what it is called on
  tools[1].draw();
//         ^ calls Tool::draw() by the declared type of what it is called on
}
