// A call on an object of a template parameter's type gives no edge.
//- user.cpp
struct A { void rarely(); };
template <class T> void go(T& thing) {
  thing.rarely();
//      ^ !calls *
}
