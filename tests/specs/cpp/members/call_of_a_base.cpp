// A call qualified by a base calls the base's method, not the overriding one.
//- user.cpp
struct A { virtual void run(); };
struct B : A {
  void run() override {
    A::run();
//     ^ calls A::run() by its qualified name
//     ^ !calls B::run()
  }
};
