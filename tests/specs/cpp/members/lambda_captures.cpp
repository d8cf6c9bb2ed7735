// In a lambda, captured variables and parameters have their declared types.
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
void go(Pen& pen) {
  auto one = [&] { pen.draw(); };
//                     ^ calls Pen::draw() by the declared type of what it is called on
  auto two = [](Tool& tool) { tool.draw(); };
//                                 ^ calls Tool::draw() by the declared type of what it is called on
}
