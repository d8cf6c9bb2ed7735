// What a pointer, an iterator or a smart pointer in parentheses points to is what the call is on.
//- user.cpp
#include <memory>
#include <vector>
struct Pen { void draw(); };
struct Tool { void draw(); };
struct Box {
  Pen* operator*();
  Pen* operator[](int);
  Tool* operator->();
  void draw();
  void go() {
    (*this).draw();
//          ^ calls Box::draw() by a member of its own class
    (*this)->draw();
//           ^ [semantic] calls Tool::draw()
//           ^ !calls Box::draw()
    (*this)[0]->draw();
//              ^ calls Pen::draw() by the declared type of what it is called on
  }
};
void go(Pen** pens, std::unique_ptr<Pen>& own, std::vector<Tool*>& tools, Pen* pen, int n) {
  (*pens)->draw();
//         ^ calls Pen::draw() by the declared type of what it is called on
  (**pens).draw();
//         ^ calls Pen::draw() by the declared type of what it is called on
  (*own).draw();
//       ^ calls Pen::draw() by the declared type of what it is called on
  std::vector<Tool*>::iterator at = tools.begin();
  if (!n) return (*at)->draw();
//                      ^ calls Tool::draw() by the declared type of what it is called on
  auto& tool = *at;
  tool->draw();
//      ^ calls Tool::draw() by the declared type of what it is called on
  (pen)->draw();
//       ^ calls Pen::draw() by the declared type of what it is called on
  (n ? pen : *pens)->draw();
//                   ^ [text] !calls *
//                   ^ [semantic] calls Pen::draw()
  (pen + n)->draw();
//           ^ [text] !calls *
//           ^ [semantic] calls Pen::draw()
}
