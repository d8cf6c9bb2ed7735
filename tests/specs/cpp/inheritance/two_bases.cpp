// A method that overrides a method of each of two bases overrides both.
//: known-wrong: only one of the overridden methods is reported
//- user.cpp
struct A { virtual void run(); };
struct B { virtual void run(); };
struct C : A, B { void run() override; };
//                     ^ overrides A::run()
//                     ^ overrides B::run()
