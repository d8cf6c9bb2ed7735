// A using-declaration of a base's member applies inside the class.
//- user.cpp
namespace lib { void run(int n); }
struct Base { void start(int n); };
struct Car : private Base {
  using Base::start;
  void go() {
    start(1);
//  ^ calls Base::start(int) by a member of its own class
  }
};
