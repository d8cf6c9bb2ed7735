// A member that two bases have at the same distance is ambiguous and gives no edge.
//: text only: it does not compile
//- user.cpp
struct A { void run(); void one(); };
struct B { void run(); };
struct C : A, B {};
void go(C& c) {
  c.run();
//  ^ !calls *
  c.one();
//  ^ calls A::one() by the declared type of what it is called on
}
