// Constructing a class with inherited constructors calls that of its base with as many parameters.
//- user.cpp
struct Base { Base(int n, int m); };
struct Derived : Base { using Base::Base; };
void go() {
  Derived made(1, 2);
//        ^ [text] calls Base::Base(int,int) by the name of a class
}
