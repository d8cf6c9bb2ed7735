// A method that two bases have overrides both.
//: known-wrong: one of them is told
//- user.cpp
struct A { virtual void run(); };
struct B { virtual void run(); };
struct C : A, B { void run() override; };
//                     ^ overrides A::run()
//                     ^ overrides B::run()
