// A method that overrides is virtual itself, so the next one overrides it.
//: known-wrong: only methods spelled virtual or override can be overridden without a keyword
//- user.cpp
struct A { virtual void run(int n); };
struct B : A { void run(int n); };
struct C : B { void run(int n); };
//                  ^ overrides B::run(int)
//                  ^ !overrides A::run(int)
