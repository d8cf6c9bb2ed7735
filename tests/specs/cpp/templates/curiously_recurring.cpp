// A base that is given the derived class leads back to it by a cast.
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
