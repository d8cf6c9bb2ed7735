// Template arguments replace the parameters in the return types of methods.
//- user.cpp
struct Pen { void draw(); };
struct Tool { void draw(); };
template <class A, class B> struct Pair { A& first(); B& second(); };
template <class T> struct List { Pair<T, Tool>& at(int n); };
void go(List<Pen>& list) {
  list.at(1).first().draw();
//                   ^ calls Pen::draw() by the declared type of what it is called on
  list.at(1).second().draw();
//                    ^ calls Tool::draw() by the declared type of what it is called on
}
