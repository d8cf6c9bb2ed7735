// Members of a base class template are called on the derived class that is its argument.
//- user.cpp
template <class T> struct Base {
  void run() { static_cast<T*>(this)->once(); }
};
struct Derived : Base<Derived> {
//               ^ inherits Base by the name of a base
  void once();
};
void go(Derived& derived) {
  derived.run();
//        ^ calls Base::run() by the declared type of what it is called on
}
