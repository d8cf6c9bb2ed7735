// The arrow operator of std::optional leads to the contained type.
//- user.cpp
#include <optional>
struct Pen { void draw(); };
struct Tool { void draw(); };
void go(std::optional<Pen>& pen) {
  pen->draw();
//     ^ calls Pen::draw() by the declared type of what it is called on
}
