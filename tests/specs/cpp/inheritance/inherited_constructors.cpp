// A class that declares no constructor of its own is what text calls, though it inherits those of its base.
//- user.cpp
struct Base { Base(int n, int m); };
struct Derived : Base { using Base::Base; };
void go() {
  Derived made(1, 2);
//        ^ [text] calls Derived by the name of a class
}
