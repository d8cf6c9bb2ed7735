// An omitted template argument has its default.
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
template <class A, class B = Tool> struct Pair { A& first(); B& second(); };
void go(Pair<Pen>& pair) {
  pair.second().draw();
//              ^ [semantic] calls Tool::draw()
//              ^ !calls Pen::draw()
}
