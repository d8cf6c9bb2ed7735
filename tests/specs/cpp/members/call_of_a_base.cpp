// A qualified call of a base's function means the base's, not the one that overrides it.
//- user.cpp
struct A { virtual void run(); };
struct B : A {
  void run() override {
    A::run();
//     ^ calls A::run() by its qualified name
//     ^ !calls B::run()
  }
};
