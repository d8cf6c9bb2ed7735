// A member initializer that names a base calls the base's constructor.
//- user.cpp
struct Base { Base(int n); };
struct Derived : Base {
  Derived() : Base(1) {}
//            ^ calls Base::Base(int) from Derived::Derived() by a member of its own class
};
