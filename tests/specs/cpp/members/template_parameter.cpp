// On something of the type of a template parameter nothing is called for sure.
//- user.cpp
struct A { void rarely(); };
template <class T> void go(T& thing) {
  thing.rarely();
//      ^ !calls *
}
