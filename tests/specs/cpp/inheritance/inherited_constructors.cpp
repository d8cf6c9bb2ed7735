// Constructing a class with inherited constructors only is a call of the class.
//- user.cpp
struct Base { Base(int n, int m); };
struct Derived : Base { using Base::Base; };
void go() {
  Derived made(1, 2);
//        ^ [text] calls Derived by the name of a class
}
